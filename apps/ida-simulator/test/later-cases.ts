import { always, type Call, type CheckCase, type IdaOfCase } from './check-cases.js';
import { EMANA } from './vector-ida.js';

const PERPETUAL = '7465075291703420';
const ONE_TIME = '9830872690593682';
const MINUTE_AGO = '2026-11-22T00:58:59.000Z';
const LONG_AGO = '2026-11-22T00:24:59.000Z';
const SOMEBODY_ELSE = { name: [{ language: 'eng', value: 'Somebody Else' }] };

const eng = (value: string): unknown => [{ language: 'eng', value }];
const id = (individualId: string, individualIdType: string | undefined = 'UIN'): Call => ({
  message: { individualId, individualIdType },
});
const at = (time: string): Call => ({
  message: { requestTime: time },
  block: { timestamp: time },
});
const emana = (change: Partial<typeof EMANA>): IdaOfCase => ({ people: [{ ...EMANA, ...change }] });

/** Calls that the validators and the controller refuse: steps 14 to 22. */
const OF_VALIDATOR: readonly CheckCase[] = [
  {
    check: 'consent',
    what: 'no consent',
    call: { message: { consentObtained: false } },
    expected: always(['IDA-MLC-012']),
  },
  {
    check: 'request times',
    what: 'a time a minute ago',
    call: at(MINUTE_AGO),
    expected: { ...always(['IDA-MLC-001']), '1.1.5': 'unknown' },
  },
  {
    check: 'request times',
    what: 'a time 35 minutes ago',
    call: at(LONG_AGO),
    expected: always(['IDA-MLC-001']),
  },
  {
    check: 'domainUri',
    what: 'the domain of another deployment',
    call: { message: { domainUri: 'https://elsewhere.invalid' } },
    expected: { ...always(['IDA-MLC-009']), '1.1.5': 'unknown' },
  },
  {
    check: 'domainUri',
    what: 'the domain of another deployment, and not even an empty list of biometrics',
    call: { message: { domainUri: 'https://elsewhere.invalid' }, block: { biometrics: undefined } },
    expected: { ...always(['IDA-MLC-009']), '1.1.5': 'unknown', '1.2.0': 'unknown' },
  },
  {
    check: 'env',
    what: 'an environment that is not configured',
    call: { message: { env: 'Garage' } },
    expected: { ...always(['IDA-MLC-009']), '1.1.5': 'unknown', '1.2.0': 'unknown' },
  },
  {
    check: 'transactionID',
    what: 'eight characters for a transactionID',
    call: { message: { transactionID: '12345678' } },
    expected: always(['IDA-MLC-009']),
  },
  {
    check: 'factors supported',
    what: 'a language of two letters',
    call: { demographics: { name: [{ language: 'en', value: 'Emana Sar Test' }] } },
    expected: always(['IDA-DEA-002']),
  },
  {
    check: 'factors supported',
    what: 'no language',
    call: { demographics: { name: [{ value: 'Emana Sar Test' }] } },
    expected: { ...always(['IDA-MLC-006']), '1.1.5': 'unknown' },
  },
  {
    check: 'factors supported',
    what: 'an age of nought',
    call: { demographics: { age: 0 } },
    expected: {
      ...always('unknown', ['1.1.5', '1.2.0', '1.2.0.1']),
      ...always(['IDA-MLC-009'], ['1.2.1', '1.3.0']),
    },
  },
  {
    check: 'factors supported',
    what: 'demographics asked for, and none given',
    call: { block: { demographics: {} } },
    expected: { '1.1.5': ['IDA-MLC-013'] },
  },
  {
    check: 'some factor',
    what: 'no factor at all',
    call: { message: { requestedAuth: { demo: false } }, block: { demographics: {} } },
    expected: always(['IDA-MLC-008']),
  },
  {
    check: 'individualId',
    what: 'a VID with a wrong check digit',
    call: id('7465075291703421', 'VID'),
    expected: always(['IDA-MLC-004']),
  },
  {
    check: 'individualId',
    what: 'a VID with a digit three times in a row',
    call: id('7861928405173000', 'VID'),
    ida: emana({ vids: [{ vid: '7861928405173000', type: 'perpetual' }] }),
    expected: { ...always('unknown'), '1.1.5': ['IDA-MLC-004'] },
  },
  {
    check: 'individualId',
    what: 'a handle',
    call: id('+919876543210@phone', 'HANDLE'),
    ida: emana({ handles: ['+919876543210@phone'] }),
    expected: { ...always('unknown'), '1.1.5': ['IDA-MLC-009'], '1.2.0': ['IDA-MLC-009'] },
  },
  {
    check: 'individualId',
    what: 'a user id',
    call: id('emana', 'USERID'),
    expected: { ...always(['IDA-MLC-009']), '1.1.5': ['IDA-MLC-015'] },
  },
];

/** Calls that the facade refuses: steps 23 to 28. */
const OF_FACADE: readonly CheckCase[] = [
  {
    check: 'existence',
    what: 'an id that nobody has',
    call: id('4218312615'),
    expected: always(['IDA-MLC-018']),
  },
  {
    check: 'existence',
    what: 'a VID that was revoked and removed',
    steering: { removedVids: new Set([PERPETUAL]) },
    expected: always(['IDA-MLC-018']),
  },
  {
    check: 'expiry',
    what: 'a VID that was revoked and is still there',
    steering: { revokedVids: new Set([PERPETUAL]) },
    expected: always(['IDA-MLC-023']),
  },
  {
    check: 'expiry',
    what: 'a VID that has expired',
    ida: emana({ vids: [{ vid: PERPETUAL, type: 'temporary', expiresAt: '2026-11-22T00:59:59Z' }] }),
    expected: always(['IDA-MLC-023']),
  },
  {
    check: 'expiry',
    what: 'a VID whose UIN was deactivated',
    ida: emana({ deactivated: true }),
    expected: always(['IDA-MLC-023']),
  },
  {
    check: 'expiry',
    what: 'a UIN that was deactivated',
    call: id(EMANA.uin),
    ida: emana({ deactivated: true }),
    expected: always(['IDA-MLC-022']),
  },
  {
    check: 'VID consumption',
    what: 'a VID for one use after a mismatch',
    before: [{ ...id(ONE_TIME, 'VID'), demographics: SOMEBODY_ELSE }],
    call: id(ONE_TIME, 'VID'),
    expected: always(['IDA-MLC-018']),
  },
  { check: 'token', what: 'nothing', expected: always([]) },
  {
    check: 'hotlist',
    what: 'a person on the hotlist',
    ida: emana({ blocked: true }),
    expected: { ...always(['IDA-MLC-022']), '1.1.5': 'unknown' },
  },
  {
    check: 'child age',
    what: 'a person without a date of birth',
    ida: emana({ identity: { fullName: 'Emana Sar Test' } }),
    expected: { ...always(['IDA-MLC-018']), '1.1.5': 'unknown' },
  },
  {
    check: 'child age',
    what: 'a date of birth that cannot be read',
    ida: emana({ identity: { ...EMANA.identity, dateOfBirth: '01-01-1976' } }),
    expected: { ...always(['IDA-MLC-007']), '1.1.5': 'unknown' },
  },
  {
    check: 'child age',
    what: 'a child, where demographics are denied to children',
    ida: {
      ...emana({ identity: { ...EMANA.identity, dateOfBirth: '2021/11/23' } }),
      settings: { child: { maxAgeYears: 5, deniedFactors: ['demo'] } },
    },
    expected: { ...always(['IDA-MLC-011']), '1.1.5': 'unknown' },
  },
  {
    check: 'auth type lock',
    what: 'a holder who locked the factor',
    ida: emana({ locked: true }),
    expected: always(['IDA-MLC-019']),
  },
  {
    check: 'demographics',
    what: 'the name of somebody else',
    call: { demographics: SOMEBODY_ELSE },
    expected: always(['IDA-DEA-001']),
  },
  {
    check: 'demographics',
    what: 'an attribute that no mapping names',
    call: { demographics: { shoeSize: eng('42') } },
    expected: { ...always(['IDA-DEA-003']), '1.1.5': 'unknown' },
  },
];

export const LATER_CASES: readonly CheckCase[] = [...OF_VALIDATOR, ...OF_FACADE];
