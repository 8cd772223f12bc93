import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AskedPerson, IdaClient, type IdaClientOptions, type OtpRequest } from './index.js';
import { PROFILE_NAMES } from './profiles.js';
import { matched, StubIda } from './spec-support/stub-ida.js';
import { PERSON, testClient } from './spec-support/test-client.js';

/** What a caller in JavaScript may pass. */
type Untyped = Readonly<Record<string, unknown>>;

describe('an option that TypeScript would refuse', () => {
  it.each<[string, Untyped, string]>([
    ['another version', { profile: '1.2' }, `profile must be one of ${PROFILE_NAMES.join(', ')}`],
    ['a name of every object', { profile: 'constructor' }, 'profile must be one of 1.1.5, '],
    ['another case', { nameCase: 'upper' }, 'nameCase must be one of lower, as-given'],
    [
      'another name',
      { version: '1.2.0' },
      'version is not an option of IdaClient, whose options are authUrl, ',
    ],
    ['no partner key', { partnerKey: undefined }, 'partnerKey must be given'],
    ['a licence that is no text', { mispLicenceKey: 1 }, 'mispLicenceKey must be text'],
  ])('is named: %s', (_case, wrong, complaint) => {
    const construct = () => testClient('https://host/auth', wrong);
    expect(construct).toThrow(TypeError);
    expect(construct).toThrow(complaint);
  });

  it('is none of those that there are', () => {
    const { message } = complaintOf(() => new IdaClient({ version: '' } as unknown as IdaClientOptions));
    const optional = {
      answerPins: [],
      domainUri: 'd',
      env: 'e',
      individualIdType: 'VID',
      nameCase: 'lower',
    } as const;
    const urls = { kycUrl: 'https://host/kyc', otpUrl: 'https://host/otp' };
    const rest = { profile: '1.3.0', connections: 1, clock: Date.now, preflight: {} } as const;
    const timeouts = { connectTimeoutMs: 1, answerTimeoutMs: 1, transactionId: () => 'A1b2C3d4E5' };
    const all = { ...optional, ...urls, ...rest, ...timeouts };
    expect(() => testClient('https://host/auth', all)).not.toThrow();
    expect(Object.keys(all).filter((name) => !message.includes(name))).toEqual([]);
  });
});

describe('a person whom TypeScript would refuse', () => {
  let ida: StubIda;
  let client: IdaClient;

  beforeEach(async () => {
    ida = await StubIda.start(matched());
    client = testClient(ida.authUrl);
  });

  afterEach(async () => {
    await client.close();
    await ida.stop();
  });

  const LIST = 'a list of { language, value }, both text';

  it.each<[string, string, Untyped]>([
    ['demographics', 'an object', { demographics: 'SECRET' }],
    ['demographics.name', LIST, { demographics: { name: 'SECRET' } }],
    ['demographics.gender', LIST, { demographics: { gender: { language: 'eng', value: 'SECRET' } } }],
    ['demographics.fullAddress', LIST, { demographics: { fullAddress: [{ value: 'SECRET' }] } }],
    ['demographics.name', LIST, { demographics: { name: [null, 'SECRET'] } }],
    ['demographics.dob', 'text', { demographics: { dob: [{ language: 'eng', value: 'SECRET' }] } }],
    ['demographics.dob', 'text', { demographics: { dob: new Date(0) } }],
    ['demographics.phoneNumber', 'text', { demographics: { phoneNumber: 7_465_075_291 } }],
    ['demographics.emailId', 'text', { demographics: { emailId: ['SECRET'] } }],
    ['individualId', 'text', { individualId: 7_465_075_291_703_420 }],
    ['otp', 'text', { otp: 111_111 }],
    ['biometrics', 'a list', { biometrics: 'SECRET' }],
  ])('has %s named, which must be %s, and nothing is sent', async (name, form, wrong) => {
    const person = { ...PERSON, ...wrong } as AskedPerson;
    const inTransaction = { transactionId: 'A1b2C3d4E5' };
    for (const call of [client.authenticate(person, inTransaction), client.kyc(person, inTransaction)]) {
      const error: unknown = await call.catch((thrown: unknown) => thrown);
      expect(error).toEqual(new TypeError(`${name} must be ${form}`));
      expect(inspect(error)).not.toMatch(/SECRET|7465075291|111111/);
    }
    expect(ida.calls).toEqual([]);
  });

  it.each<[string, Untyped]>([
    ['individualId must be text', { individualId: 7_465_075_291_703_420, channels: ['email'] }],
    ['channels must name email, phone or both', { individualId: '1', channels: 'email' }],
  ])('is sent no password: %s', async (complaint, wrong) => {
    const request = client.requestOtp(wrong as unknown as OtpRequest);
    await expect(request).rejects.toThrow(TypeError);
    await expect(request).rejects.toThrow(complaint);
    expect(ida.calls).toEqual([]);
  });

  it('may leave out what is not given, as undefined or null', async () => {
    const demographics = { dob: '1976/01/01', name: null, emailId: undefined };
    const person = { individualId: '1', demographics, otp: null, biometrics: null };
    expect(await client.authenticate(person as unknown as AskedPerson)).toMatchObject({ kind: 'matched' });
    expect(ida.lastCall.inner['demographics']).toEqual({ dob: '1976/01/01' });
  });
});

function complaintOf(construct: () => unknown): Error {
  try {
    construct();
  } catch (error) {
    return error as Error;
  }
  throw new Error('No complaint');
}
