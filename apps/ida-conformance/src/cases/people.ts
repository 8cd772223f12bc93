import type { Expected } from './case.js';
import { always, CONFIRMS, group, means, refuses, settles } from './build.js';
import { dobAs, sameDob, wrongName } from './given.js';

const LOOK_UP = 'IdServiceImpl.getIdentity, id-authentication v1.2.0.1';
const CONSUME = 'IdServiceImpl.updateVIDstatus, id-authentication v1.2.0.1';
const GONE: Expected = always(refuses('IDA-MLC-018'));

/** Who is found, and in what state. Checks 23 to 27. */
export const PEOPLE_CASES = group(
  'people',
  { kind: 'refusal', checks: [24], certainty: 'read in code', source: LOOK_UP },
  {
    'deactivated-uin': {
      title: 'A deactivated UIN is refused',
      who: 'deactivatedUin',
      expected: always(refuses('IDA-MLC-022')),
    },
    'expired-vid': {
      title: 'A VID that has expired',
      who: 'expiredVid',
      certainty: 'uncertain',
      expected: settles(
        means('knows that it has expired', refuses('IDA-MLC-023')),
        means('has removed it', refuses('IDA-MLC-018')),
        means('still takes it', CONFIRMS),
      ),
    },
    'revoked-vid': {
      title: 'A VID that was revoked',
      who: 'revokedVid',
      certainty: 'uncertain',
      source: `${LOOK_UP}; issue 1712 of mosip/id-authentication`,
      given: sameDob,
      expected: settles(
        means('has removed it', refuses('IDA-MLC-018')),
        means('knows that it was revoked', refuses('IDA-MLC-023')),
        means('still takes it (issue 1712)', CONFIRMS),
      ),
    },
    'blocked-uin': {
      title: 'A UIN on the hotlist is refused (from 1.2.0; 1.1.5 has no hotlist)',
      who: 'blockedUin',
      from: '1.2.0',
      checks: [27],
      source: 'IndividualIdHotlistFilterImpl, id-authentication v1.2.0.1',
      expected: always(refuses('IDA-MLC-022')),
    },
    locked: {
      title: 'A person who has locked demographic authentication is refused',
      who: 'lockedUin',
      checks: [27],
      certainty: 'documented',
      source: 'AuthTypeLockFilterImpl, id-authentication v1.2.0.1',
      expected: always(refuses('IDA-MLC-019')),
    },
  },
);

/** When a VID that can be used once is used up. Check 25. */
export const VID_CASES = group(
  'one-time-vid',
  { kind: 'rule', checks: [25], certainty: 'uncertain', source: CONSUME },
  {
    'used-by-mismatch': {
      title: 'A mismatch uses up a VID that can be used once',
      asks: [
        {
          call: 'auth',
          who: 'oneTimeVids',
          given: wrongName,
          expected: always(refuses('IDA-DEA-001')),
        },
        { call: 'auth', who: 'oneTimeVids', given: sameDob, expected: usedUp() },
      ],
    },
    'used-by-unreadable-dob': {
      title: 'A date of birth in a form that IDA cannot read uses it up too',
      asks: [
        {
          call: 'auth',
          who: 'oneTimeVids',
          given: dobAs((dob) => dob.replaceAll('/', '-')),
          expected: always(refuses('IDA-MLC-009')),
        },
        { call: 'auth', who: 'oneTimeVids', given: sameDob, expected: usedUp() },
      ],
    },
    'kept-by-validator': {
      title: 'What IDA refuses before it looks the person up does not use it up',
      certainty: 'read in code',
      asks: [
        {
          call: 'auth',
          who: 'oneTimeVids',
          given: sameDob,
          changes: { outer: { consentObtained: false } },
          expected: always(refuses('IDA-MLC-012')),
        },
        { call: 'auth', who: 'oneTimeVids', given: sameDob, expected: always(CONFIRMS) },
        { call: 'auth', who: 'oneTimeVids', given: sameDob, expected: GONE },
      ],
    },
  },
);

function usedUp(): Expected {
  return settles(
    means('uses it up before it compares', refuses('IDA-MLC-018')),
    means('lets it be used again', CONFIRMS),
  );
}
