import { describe, expect, it } from 'vitest';

import { makeCall, type CallChanges } from '../test/caller.js';
import { carryOut, without, type Result } from '../test/in-process.js';
import { allowAll, kycCall, otpCall } from '../test/services.js';
import { EMANA, vectorIda, type Overrides } from '../test/vector-ida.js';
import { ENDPOINTS, type Endpoint } from './service/endpoints.js';
import type { ProfileName } from './service/profiles.js';
import type { Registration } from './service/registration.js';

const NOW = new Date('2026-11-22T01:00:00Z');
const MODERN: readonly ProfileName[] = ['1.2.0', '1.2.0.1', '1.2.1', '1.3.0'];
const ALL: readonly ProfileName[] = ['1.1.5', ...MODERN];

/** A call that just one check of an endpoint other than `auth` objects to, in some versions. */
interface Case {
  readonly endpoint: 'kyc' | 'otp';
  readonly check: string;
  readonly what: string;
  readonly message?: Readonly<Record<string, unknown>>;
  readonly policy?: Partial<Registration['policy']>;
  readonly hasCertificate?: false;
  readonly people?: Overrides['people'];
  readonly codes: readonly string[];
  readonly versions: readonly ProfileName[];
}

const NEITHER_PHONE_NOR_MAIL = { ...EMANA, identity: { fullName: [{ language: 'eng', value: 'Emana' }] } };

const CASES: readonly Case[] = [
  {
    endpoint: 'kyc',
    check: 'eKYC allowed',
    what: 'a policy without eKYC',
    policy: { allowedFactors: ['demo'] },
    codes: ['IDA-MPA-013'],
    versions: ALL,
  },
  {
    endpoint: 'kyc',
    check: 'partner certificate',
    what: 'a partner without a certificate',
    hasCertificate: false,
    policy: { allowedKycAttributes: ['photo'] },
    people: [{ ...EMANA, biometrics: { Face: 'cGhvdG8' } }],
    codes: ['IDA-MLC-025', 'IDA-RST-006'],
    versions: ['1.1.5'],
  },
  {
    endpoint: 'kyc',
    check: 'secondary language',
    what: 'a secondary language that the country does not use',
    message: { secondaryLangCode: 'xyz' },
    codes: ['IDA-DEA-002'],
    versions: ['1.1.5'],
  },
  {
    endpoint: 'kyc',
    check: 'eKYC disclosure',
    what: 'a photo that is not there',
    policy: { allowedKycAttributes: ['photo'] },
    codes: ['IDA-BIA-006'],
    versions: ALL,
  },
  {
    endpoint: 'kyc',
    check: 'eKYC disclosure',
    what: 'a partner without a certificate',
    hasCertificate: false,
    codes: ['IDA-MLC-007'],
    versions: MODERN,
  },
  {
    endpoint: 'otp',
    check: 'OTP request allowed',
    what: 'a policy without OTP requests',
    policy: { allowedFactors: ['otp'] },
    codes: ['IDA-MPA-005'],
    versions: ALL,
  },
  {
    endpoint: 'otp',
    check: 'OTP request readable',
    what: 'channels that are no list',
    message: { otpChannel: 'email' },
    codes: ['IDA-MLC-007'],
    versions: ALL,
  },
  {
    endpoint: 'otp',
    check: 'known beforehand',
    what: 'an unknown id, and no channel',
    message: { individualId: '4218312615', otpChannel: [] },
    codes: ['IDA-MLC-018'],
    versions: ['1.2.0.1', '1.2.1', '1.3.0'],
  },
  {
    endpoint: 'otp',
    check: 'request time and transactionID',
    what: 'no transaction',
    message: { transactionID: '' },
    codes: ['IDA-MLC-006'],
    versions: ALL,
  },
  {
    endpoint: 'otp',
    check: 'OTP channels',
    what: 'an unknown channel',
    message: { otpChannel: ['email', 'pigeon'] },
    codes: ['IDA-MLC-009'],
    versions: ALL,
  },
  {
    endpoint: 'otp',
    check: 'OTP sending',
    what: 'nobody to send it to',
    people: [NEITHER_PHONE_NOR_MAIL],
    codes: ['IDA-OTA-002'],
    versions: ['1.2.0.1', '1.2.1', '1.3.0'],
  },
  {
    endpoint: 'otp',
    check: 'OTP sending',
    what: 'no address to mask',
    people: [NEITHER_PHONE_NOR_MAIL],
    codes: ['IDA-MLC-009'],
    versions: ['1.1.5', '1.2.0'],
  },
];

async function resultOf(
  testCase: Case,
  version: ProfileName,
  endpoint = endpointOf(testCase),
): Promise<Result> {
  const all = await allowAll();
  const registration = (vector: Registration): Registration => {
    const { partner, policy, ...rest } = all(vector);
    const { certificate: _left, ...withoutCertificate } = partner;
    return {
      ...rest,
      partner: testCase.hasCertificate === false ? withoutCertificate : partner,
      policy: { ...policy, ...testCase.policy },
    };
  };
  const { people } = testCase;
  const ida = await vectorIda({ version, registration, ...(people === undefined ? {} : { people }) });
  const call: CallChanges = { now: NOW, ...(testCase.message && { message: testCase.message }) };
  const changes = testCase.endpoint === 'kyc' ? kycCall(call) : otpCall(call);
  return carryOut(endpoint, await makeCall(changes), ida, NOW);
}

function endpointOf({ endpoint }: Case): Endpoint {
  const found = ENDPOINTS[endpoint];
  if (found === undefined) throw new TypeError(`there is no endpoint ${endpoint}`);
  return found;
}

const ROWS = CASES.flatMap((testCase) =>
  testCase.versions.map((version) => ({ ...testCase, testCase, version })),
);

describe.each(ROWS)('IDA $version, /$endpoint, check "$check": $what', ({ testCase, version, codes }) => {
  it('is answered as that version does', async () => {
    const result = await resultOf(testCase, version);
    expect(result).toMatchObject({ kind: 'answer' });
    expect((result as { readonly codes: readonly string[] }).codes.slice(-codes.length)).toEqual(codes);
  });

  it('is answered otherwise if the check is left out', async () => {
    const maimed = await resultOf(testCase, version, without(testCase.check, endpointOf(testCase)));
    expect(maimed).not.toEqual(await resultOf(testCase, version));
  });
});

describe('the checks of eKYC and OTP requests', () => {
  it('that authentication does not have are all in the table', () => {
    const named = new Set(CASES.map(({ check }) => check));
    const common = new Set(stagesOf('auth').map(({ name }) => name));
    const own = [...stagesOf('kyc'), ...stagesOf('otp')].map(({ name }) => name);
    expect(own.filter((name) => !common.has(name) && !named.has(name))).toEqual([]);
  });
});

function stagesOf(name: string): readonly { readonly name: string }[] {
  return Object.values(ENDPOINTS[name]?.stages ?? {}).flat();
}
