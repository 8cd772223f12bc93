import type { Registration } from '../src/service/registration.js';
import { VECTOR_PATH } from './caller.js';
import { always, filtered, type CheckCase, type Expected, type IdaOfCase } from './check-cases.js';

const PAST = { from: new Date('2020-01-01T00:00:00Z'), to: new Date('2021-01-01T00:00:00Z') };
const FUTURE = { from: new Date('2030-01-01T00:00:00Z'), to: new Date('2031-01-01T00:00:00Z') };

/** Calls that the servlet filters refuse: steps 2 to 13. */
export const FILTER_CASES: readonly CheckCase[] = [
  {
    check: 'id',
    what: 'the id of another endpoint',
    call: { message: { id: 'mosip.identity.kyc' } },
    expected: filtered('IDA-MLC-009'),
  },
  {
    check: 'version',
    what: 'a version with a letter',
    call: { message: { version: 'v1' } },
    expected: filtered('IDA-MLC-009'),
  },
  {
    check: 'signature present',
    what: 'no signature',
    call: { headers: { signature: '' } },
    expected: filtered('IDA-MLC-006'),
  },
  {
    check: 'signature valid',
    what: 'a signature of other bytes',
    call: { tamper: (signature) => `${signature.slice(0, -4)}AAAA` },
    expected: filtered('IDA-MPA-001'),
  },
  {
    check: 'authorization present',
    what: 'an empty Authorization header',
    call: { headers: { authorization: '' } },
    expected: filtered('IDA-MLC-006'),
  },
  {
    check: 'envelope decoded',
    what: 'a line break in the encrypted request',
    call: { message: { request: 'AA\nAA' } },
    expected: { ...always(['IDA-MLC-007']), '1.1.5': ['IDA-MPA-001'] },
  },
  {
    check: 'envelope decoded',
    what: 'no requestHMAC',
    call: { message: { requestHMAC: undefined } },
    expected: filtered('IDA-MLC-006'),
  },
  {
    check: 'hash decrypted',
    what: 'the thumbprint of an unknown certificate',
    call: { message: { thumbprint: 'AAAA' } },
    expected: filtered('IDA-MPA-003'),
  },
  {
    check: 'request decrypted',
    what: 'a request that the session key does not open',
    call: { message: { request: 'A'.repeat(80) } },
    expected: filtered('IDA-MPA-003'),
  },
  {
    check: 'hash matches',
    what: 'the hash of another block',
    call: { hashed: '{}' },
    expected: filtered('IDA-MPA-016'),
  },
  {
    check: 'block parsed',
    what: 'a block that is no JSON',
    call: { plaintext: 'timestamp: now' },
    expected: always(['IDA-MLC-007']),
  },
  {
    check: 'biometrics',
    what: 'a biometric without data',
    call: { block: { biometrics: [{}] } },
    expected: filtered('IDA-MLC-006'),
  },
  {
    check: 'certificate named',
    what: 'a signature that names its remembered certificate by the thumbprint alone',
    before: [{ jwsHeader: { 'x5t#S256': 'remembered' } }],
    call: { jwsHeader: { x5c: undefined, 'x5t#S256': 'remembered' } },
    expected: { '1.3.0': ['IDA-MLC-007', 'IDA-MPA-022'] },
  },
  {
    check: 'path parameters',
    what: 'an address that lacks a part',
    call: { path: '/idauthentication/v1/auth/TEST_API_KEY_0001' },
    expected: { ...always(['IDA-MLC-007', 'IDA-MPA-038']), '1.1.5': 404, '1.2.0': 404 },
  },
  {
    check: 'partner',
    what: 'an inactive partner',
    ida: registered(({ partner }) => ({ partner: { ...partner, status: 'INACTIVE' } })),
    expected: ofPartner('IDA-MPA-012'),
  },
  {
    check: 'partner',
    what: 'an unknown partner',
    call: { path: VECTOR_PATH.replace('test-partner-01', 'another') },
    expected: ofPartner('IDA-MPA-009'),
  },
  {
    check: 'partner',
    what: 'an unknown API key',
    call: { path: VECTOR_PATH.replace('TEST_API_KEY_0001', 'another') },
    expected: ofPartner('IDA-MPA-009', 'IDA-MPA-014'),
  },
  {
    check: 'partner',
    what: 'an inactive API key',
    ida: registered(({ apiKey }) => ({ apiKey: { ...apiKey, status: 'INACTIVE' } })),
    expected: ofPartner('IDA-MPA-012', 'IDA-MPA-019'),
  },
  {
    check: 'partner',
    what: 'an expired API key',
    ida: registered(({ apiKey }) => ({ apiKey: { ...apiKey, period: PAST } })),
    expected: {
      ...ofPartner('IDA-MPA-039', 'IDA-MPA-018'),
      '1.2.0': ['IDA-MLC-007', 'IDA-MPA-009'],
    },
  },
  {
    check: 'partner',
    what: 'a deleted policy',
    ida: registered(({ policy }) => ({ policy: { ...policy, status: 'DELETED' } })),
    expected: ofPartner('IDA-MPA-018', 'IDA-MPA-014'),
  },
  {
    check: 'partner',
    what: 'an inactive policy',
    ida: registered(({ policy }) => ({ policy: { ...policy, status: 'INACTIVE' } })),
    expected: ofPartner('IDA-MPA-019'),
  },
  {
    check: 'partner',
    what: 'an expired policy',
    ida: registered(({ policy }) => ({ policy: { ...policy, period: PAST } })),
    expected: ofPartner('IDA-MPA-019', 'IDA-MPA-018'),
  },
  {
    check: 'partner',
    what: 'a certificate that is not the registered one',
    ida: registered(({ partner }) => ({ partner: { ...partner, certificateSha256: 'AB' } })),
    expected: { ...filtered('IDA-MPA-021'), '1.1.5': 'unknown', '1.2.0': 'unknown' },
  },
  {
    check: 'partner',
    what: 'an unknown licence',
    call: { path: VECTOR_PATH.replace('TEST_MISP_LK_0001', 'another') },
    expected: ofPartner('IDA-MPA-007'),
  },
  {
    check: 'partner',
    what: 'a licence of the future',
    ida: registered(({ misp }) => ({ misp: { ...misp, period: FUTURE } })),
    expected: { ...filtered('IDA-MPA-007'), '1.1.5': 'unknown' },
  },
  {
    check: 'partner',
    what: 'an expired licence',
    ida: registered(({ misp }) => ({ misp: { ...misp, period: PAST } })),
    expected: ofPartner('IDA-MPA-008'),
  },
  {
    check: 'partner',
    what: 'a blocked licence',
    ida: registered(({ misp }) => ({ misp: { ...misp, status: 'INACTIVE' } })),
    expected: ofPartner('IDA-MPA-017'),
  },
  {
    check: 'message readable',
    what: 'an object for an id',
    call: { message: { individualId: {} } },
    expected: always(['IDA-MLC-007']),
  },
  {
    check: 'message readable',
    what: 'no requestedAuth',
    call: { message: { requestedAuth: undefined } },
    expected: { '1.1.5': 500 },
  },
  {
    check: 'factors allowed',
    what: 'a policy that does not allow the factor',
    ida: registered(({ policy }) => ({ policy: { ...policy, allowedFactors: [] } })),
    expected: filtered('IDA-MPA-006'),
  },
  {
    check: 'mandatory factors',
    what: 'a policy that demands another factor',
    ida: registered(({ policy }) => ({ policy: { ...policy, mandatoryFactors: ['otp'] } })),
    expected: filtered('IDA-MPA-015'),
  },
];

function registered(change: (registration: Registration) => Partial<Registration>): IdaOfCase {
  return { registration: (registration) => ({ ...registration, ...change(registration) }) };
}

/** Partner management, which 1.1.5 asks, has codes of its own for some, and how they came is added. */
function ofPartner(code: string, codeIn115 = code): Expected {
  return { ...filtered(code), '1.1.5': [codeIn115, 'IDA-RST-006'] };
}
