import { ABSENT } from '../exchange/changes.js';
import { ACCEPTED, always, filterRefuses, GENERAL, group, refuses } from './build.js';

const DECIPHER = 'IdAuthFilter.decipherRequest, id-authentication v1.2.0.1';

/** What the envelope holds: JSON, biometrics. Checks 10 and 11. */
export const INNER_CASES = group(
  'inner',
  { kind: 'refusal', checks: [11], certainty: 'read in code', source: DECIPHER },
  {
    'not-json': {
      title: 'An inner part that is not JSON is refused with the general code alone',
      checks: [10],
      changes: { plaintext: 'not JSON' },
      expected: always(refuses(GENERAL)),
    },
    list: {
      title: 'An inner part that is a list is refused with the general code alone',
      checks: [10],
      changes: { plaintext: 'a list' },
      expected: always(refuses(GENERAL)),
    },
    'biometrics-absent': {
      title: 'biometrics may be absent, as well as an empty list',
      kind: 'form',
      checks: [11],
      changes: { inner: { biometrics: ABSENT } },
      expected: ACCEPTED,
    },
    'biometrics-without-data': {
      title: 'A biometric block without data is refused',
      checks: [11],
      source: 'IdAuthFilter.decipherBioData, id-authentication v1.2.0.1',
      changes: { inner: { biometrics: [{ specVersion: '0.9.5' }] } },
      expected: filterRefuses('IDA-MLC-006'),
    },
    'biometrics-of-no-device': {
      title: 'A biometric block that no device signed is refused',
      checks: [11],
      source: 'BaseAuthFilter.verifyBioDataSignature, id-authentication v1.2.0.1; verifyJwsData, v1.1.5.5',
      changes: { inner: { biometrics: [{ specVersion: '0.9.5', data: 'e30.e30.e30' }] } },
      expected: { '1.1.5': refuses('IDA-MPA-002'), '1.2.0': refuses(GENERAL, 'IDA-MPA-001') },
    },
  },
);
