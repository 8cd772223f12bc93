import { describe, expect, it } from 'vitest';

import { call, codes, VECTOR_PATH, type CallChanges } from '../../test/caller.js';
import { certificate, EMANA, sha256, startVectorIda, type Overrides } from '../../test/vector-ida.js';
import type { Registration } from './registration.js';

const NOW = new Date('2026-11-22T01:00:00Z');
const PAST = { from: new Date('2020-01-01T00:00:00Z'), to: new Date('2021-01-01T00:00:00Z') };
const FUTURE = { from: new Date('2030-01-01T00:00:00Z'), to: new Date('2031-01-01T00:00:00Z') };

async function answeredCodes(
  changes: Omit<CallChanges, 'now'>,
  overrides: Partial<Overrides> = {},
): Promise<readonly string[]> {
  const ida = await startVectorIda({ now: NOW, ...overrides });
  return codes(await call(ida, { now: NOW, ...changes }));
}

function registered(change: (registration: Registration) => Partial<Registration>): Partial<Overrides> {
  return { registration: (registration) => ({ ...registration, ...change(registration) }) };
}

describe('the message', () => {
  it.each([
    ['id', undefined, 'IDA-MLC-006'],
    ['id', 'mosip.identity.kyc', 'IDA-MLC-009'],
    ['version', undefined, 'IDA-MLC-006'],
    ['version', '1', 'IDA-MLC-009'],
    ['version', '1.0.0.0', 'IDA-MLC-009'],
    ['requestHMAC', undefined, 'IDA-MLC-006'],
  ])('with %s = %j is answered with the general error and %s', async (field, value, code) => {
    expect(await answeredCodes({ message: { [field]: value } })).toEqual(['IDA-MLC-007', code]);
  });

  it.each([
    ['request', 'AA\nAA'],
    ['requestHMAC', '+/+/'],
    ['requestSessionKey', 'AAA=='],
    ['consentObtained', 'perhaps'],
    ['individualId', {}],
    ['env', []],
  ])('with %s = %j cannot be processed', async (field, value) => {
    expect(await answeredCodes({ message: { [field]: value } })).toEqual(['IDA-MLC-007']);
  });

  it.each([
    ['requestSessionKey', 'AAAA'],
    ['requestHMAC', 'AAAA'],
    ['thumbprint', 'AAAA'],
    ['thumbprint', ''],
  ])('with %s = %j cannot be decrypted', async (field, value) => {
    expect(await answeredCodes({ message: { [field]: value } })).toEqual(['IDA-MLC-007', 'IDA-MPA-003']);
  });

  it.each([
    ['id', 1],
    ['thumbprint', undefined],
    ['thumbprint', '+'],
    ['requestSessionKey', undefined],
  ])('with %s = %j makes IDA fail with HTTP 500 and no signature', async (field, value) => {
    const ida = await startVectorIda({ now: NOW });
    const { status, signature, text } = await call(ida, { now: NOW, message: { [field]: value } });
    expect({ status, signature }).toEqual({ status: 500, signature: null });
    expect(text).not.toContain('TEST_API_KEY');
  });

  it('without a request block gets as far as the validator', async () => {
    expect(await answeredCodes({ message: { request: undefined } })).toEqual(['IDA-MLC-007']);
    expect(await answeredCodes({ message: { request: undefined, consentObtained: false } })).toEqual([
      'IDA-MLC-012',
    ]);
  });

  it('needs an Authorization header, whatever stands in it', async () => {
    expect(await answeredCodes({ headers: { authorization: '' } })).toEqual(['IDA-MLC-007', 'IDA-MLC-006']);
    expect(await answeredCodes({ headers: { authorization: 'x' } })).toEqual([]);
  });
});

describe('the request block', () => {
  it.each([
    ['demographics of another form', { demographics: { name: 'Emana' } }],
    ['biometrics that are no list', { biometrics: {} }],
    ['a list for an OTP', { otp: [] }],
  ])('with %s cannot be processed', async (_what, block) => {
    expect(await answeredCodes({ block })).toEqual(['IDA-MLC-007']);
  });

  it.each([
    ['an OTP', { otp: '123456' }, 'OTP Authentication usage not allowed as per policy'],
    ['a PIN', { staticPin: '123456' }, 'SPIN Authentication usage not allowed as per policy'],
  ])('with %s is refused by the policy', async (_what, block, message) => {
    const ida = await startVectorIda({ now: NOW });
    const { json } = await call(ida, { now: NOW, block });
    expect(json.errors?.map(({ errorMessage }) => errorMessage)).toContain(message);
  });

  it.each([
    [{ data: 'a.b.c' }, 'IDA-MPA-001'],
    [{}, 'IDA-MLC-006'],
  ])('with biometrics %j is refused, because no device is trusted', async (biometric, code) => {
    expect(await answeredCodes({ block: { biometrics: [biometric] } })).toEqual(['IDA-MLC-007', code]);
  });
});

describe('the relying party', () => {
  it.each([
    ['partner id', VECTOR_PATH.replace('test-partner-01', 'another'), 'IDA-MPA-009'],
    ['API key', VECTOR_PATH.replace('TEST_API_KEY_0001', 'another'), 'IDA-MPA-009'],
    ['licence key', VECTOR_PATH.replace('TEST_MISP_LK_0001', 'another'), 'IDA-MPA-007'],
    ['address that lacks a part', '/idauthentication/v1/auth/TEST_API_KEY_0001', 'IDA-MPA-038'],
  ])('is refused for another %s', async (_what, path, code) => {
    expect(await answeredCodes({ path })).toEqual(['IDA-MLC-007', code]);
  });

  it('is known by the last three parts of the address', async () => {
    const path = VECTOR_PATH.replace('/auth/', '/auth/some/more/');
    expect(await answeredCodes({ path })).toEqual([]);
  });

  it.each<[string, (registration: Registration) => Partial<Registration>, string]>([
    ['a deleted partner', ({ partner }) => ({ partner: { ...partner, status: 'DELETED' } }), 'IDA-MPA-009'],
    [
      'an inactive partner',
      ({ partner }) => ({ partner: { ...partner, status: 'INACTIVE' } }),
      'IDA-MPA-012',
    ],
    ['a deleted policy', ({ policy }) => ({ policy: { ...policy, status: 'DELETED' } }), 'IDA-MPA-018'],
    ['an inactive policy', ({ policy }) => ({ policy: { ...policy, status: 'INACTIVE' } }), 'IDA-MPA-019'],
    ['an expired policy', ({ policy }) => ({ policy: { ...policy, period: PAST } }), 'IDA-MPA-019'],
    ['a deleted API key', ({ apiKey }) => ({ apiKey: { ...apiKey, status: 'DELETED' } }), 'IDA-MPA-009'],
    ['an inactive API key', ({ apiKey }) => ({ apiKey: { ...apiKey, status: 'INACTIVE' } }), 'IDA-MPA-012'],
    ['an expired API key', ({ apiKey }) => ({ apiKey: { ...apiKey, period: PAST } }), 'IDA-MPA-039'],
    ['an API key of the future', ({ apiKey }) => ({ apiKey: { ...apiKey, period: FUTURE } }), 'IDA-MPA-039'],
    [
      'another certificate',
      ({ partner }) => ({ partner: { ...partner, certificateSha256: 'AB' } }),
      'IDA-MPA-021',
    ],
    ['a deleted licence', ({ misp }) => ({ misp: { ...misp, status: 'DELETED' } }), 'IDA-MPA-007'],
    ['a blocked licence', ({ misp }) => ({ misp: { ...misp, status: 'INACTIVE' } }), 'IDA-MPA-017'],
    ['a licence of the future', ({ misp }) => ({ misp: { ...misp, period: FUTURE } }), 'IDA-MPA-007'],
    ['an expired licence', ({ misp }) => ({ misp: { ...misp, period: PAST } }), 'IDA-MPA-008'],
    [
      'a policy without the factor',
      ({ policy }) => ({ policy: { ...policy, allowedFactors: [] } }),
      'IDA-MPA-006',
    ],
    [
      'a policy that demands another',
      ({ policy }) => ({ policy: { ...policy, mandatoryFactors: ['otp'] } }),
      'IDA-MPA-015',
    ],
  ])('is refused with %s', async (_what, change, code) => {
    expect(await answeredCodes({}, registered(change))).toEqual(['IDA-MLC-007', code]);
  });

  it("may sign with the MISP's certificate instead of its own", async () => {
    const certificateSha256 = sha256(await certificate('partner'));
    const overrides = registered(({ partner, misp }) => ({
      partner: { ...partner, certificateSha256: 'AB' },
      misp: { ...misp, certificateSha256 },
    }));
    expect(await answeredCodes({}, overrides)).toEqual([]);
  });

  it('that is on the hotlist is found out after the VID was used up', async () => {
    const ida = await startVectorIda({
      now: NOW,
      people: [EMANA],
      ...registered(({ partner }) => ({ partner: { ...partner, isBlocked: true } })),
    });
    const oneTime = { now: NOW, message: { individualId: '9830872690593682' } };
    const { json } = await call(ida, oneTime);
    expect(json.errors).toEqual([{ errorCode: 'IDA-MLC-022', errorMessage: 'partnerId is blocked' }]);
    expect(codes(await call(ida, oneTime))).toEqual(['IDA-MLC-018']);
  });
});

describe('eKYC and OTP requests', () => {
  it('are refused by the policy, in the form of their answers', async () => {
    const ida = await startVectorIda({ now: NOW });
    const kyc = await call(ida, {
      now: NOW,
      path: VECTOR_PATH.replace('/auth/', '/kyc/'),
      message: { id: 'mosip.identity.kyc' },
    });
    expect(codes(kyc)).toEqual(['IDA-MLC-007', 'IDA-MPA-013']);
    expect(kyc.json.response).toMatchObject({ kycStatus: false, identity: null });
    const otp = await call(ida, {
      now: NOW,
      path: VECTOR_PATH.replace('/auth/', '/otp/'),
      message: { id: 'mosip.identity.otp', request: undefined, otpChannel: ['email'] },
    });
    expect(codes(otp)).toEqual(['IDA-MLC-007', 'IDA-MPA-005']);
    expect(otp.json.response).toBeNull();
  });
});
