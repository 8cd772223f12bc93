import type { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdaClient } from '../client.js';
import type { IdaClientOptions } from '../options.js';
import { PROFILE_NAMES } from '../profiles.js';
import { forgedKey } from '../spec-support/forged-keys.js';
import { joinedIdentity, type SealedIdentity, splitIdentity } from '../spec-support/kyc-answers.js';
import {
  answering,
  type AnswerParts,
  answerTo,
  failing,
  type Reply,
  signatureOf,
  StubIda,
  TOKEN,
} from '../spec-support/stub-ida.js';
import { faultOf, PERSON, summary, testClient } from '../spec-support/test-client.js';
import { certificate } from '../spec-support/test-keys.js';

const PLAINTEXT = JSON.stringify({ name_eng: 'Emana Sar', name_ara: 'إيمانا سار', dob: '1976/01/01' });
const IDENTITY = {
  name: [
    { language: 'eng', value: 'Emana Sar' },
    { language: 'ara', value: 'إيمانا سار' },
  ],
  dob: '1976/01/01',
};

/** As the operator can compare it. */
const hex = ({ fingerprint256 }: X509Certificate): string => fingerprint256.replaceAll(':', '').toLowerCase();

const partner = certificate('partner');
const stranger = forgedKey().certificate;

let ida: StubIda;
let client: IdaClient;

beforeEach(async () => {
  ida = await StubIda.start();
  client = testClient(ida.authUrl);
});

afterEach(async () => {
  await client.close();
  await ida.stop();
});

async function use(options: Partial<IdaClientOptions>): Promise<void> {
  await client.close();
  client = testClient(ida.authUrl, options);
}

const confirming = (sealed: Partial<SealedIdentity>): Reply =>
  answering({ response: { kycStatus: true, authToken: TOKEN, ...sealed } });

describe('an eKYC request', () => {
  it('goes beside that of authentication, or where it is told to, and names its own API', async () => {
    ida.reply = confirming({});
    await client.kyc(PERSON);
    expect(ida.lastCall.path).toMatch(
      /^\/idauthentication\/v1\/kyc\/LICENCE%2Bsecret%2F0001\/test-partner-01\//,
    );
    expect(ida.lastCall).toMatchObject({ kind: 'kyc', signed: true, outer: { id: 'mosip.identity.kyc' } });
    expect(ida.lastCall.inner).toMatchObject({ demographics: { dob: '1976/01/01' }, biometrics: [] });
    await use({
      kycUrl: `${ida.authUrl.replace(/auth$/, 'kyc')}/v7/`,
      authUrl: 'https://elsewhere.test/auth',
    });
    await client.kyc(PERSON);
    expect(ida.lastCall.path).toMatch(/^\/idauthentication\/v1\/kyc\/v7\/LICENCE%2Bsecret%2F0001\//);
  });

  it.each([
    ['/auth', '/kyc/LICENCE'],
    ['/auth/', '/kyc/LICENCE'],
    ['', '/kyc/LICENCE'],
    ['//auth', '//kyc/LICENCE'],
    ['/v1//elsewhere.test/auth', '/v1//elsewhere.test/kyc/LICENCE'],
  ])('goes to the host of authentication, whatever its path is: %j', async (path, expected) => {
    await use({ authUrl: `http://${ida.host}${path}` });
    ida.reply = failing('IDA-MPA-013');
    await faultOf(client.kyc(PERSON));
    expect(ida.lastCall.path).toMatch(new RegExp(`^${expected}`));
  });

  it('names a second language for IDA 1.1.5 alone: the policy does so later', async () => {
    ida.reply = confirming({});
    for (const profile of PROFILE_NAMES) {
      await use({ profile });
      await client.kyc(PERSON, { secondaryLanguage: 'ara' });
      await client.authenticate(PERSON).catch(() => undefined);
    }
    const named = ida.calls.map(({ kind, outer }) => [kind, outer['secondaryLangCode']]);
    expect(named).toEqual(
      PROFILE_NAMES.flatMap((profile) => [
        ['kyc', profile === '1.1.5' ? 'ara' : undefined],
        ['auth', undefined],
      ]),
    );
  });
});

describe('an eKYC answer', () => {
  it.each(PROFILE_NAMES)('of IDA %s gives the token and the identity in its languages', async (profile) => {
    await use({ profile });
    const seal = profile === '1.1.5' ? joinedIdentity : splitIdentity;
    ida.reply = confirming(seal(PLAINTEXT, partner));
    await expect(client.kyc(PERSON)).resolves.toEqual({ kind: 'matched', token: TOKEN, identity: IDENTITY });
  });

  it('may bring a photo that is larger than any other answer', async () => {
    const photo = 'A'.repeat(1024 * 1024);
    ida.reply = confirming(splitIdentity(JSON.stringify({ photo }), partner));
    await expect(client.kyc(PERSON)).resolves.toMatchObject({ identity: { photo } });
  });

  it('larger than 4 MiB is given up', async () => {
    ida.reply = (call, response) => void response.end(answerTo(call, {}) + ' '.repeat(4 * 1024 * 1024));
    const fault = await faultOf(client.kyc(PERSON));
    expect(summary(fault)).toBe('MTS-IDA-104 configuration profile unknown');
    expect(fault.message).toContain('more than 4194304 bytes');
  });

  it.each([null, undefined, ''])('with %j in place of an identity has an empty one', async (identity) => {
    ida.reply = answering({ response: { kycStatus: true, authToken: TOKEN, identity } });
    await expect(client.kyc(PERSON)).resolves.toEqual({ kind: 'matched', token: TOKEN, identity: {} });
  });

  it('of a renewed certificate with the same key opens all the same', async () => {
    const sealed = splitIdentity(PLAINTEXT, partner);
    ida.reply = confirming({ ...sealed, thumbprint: splitIdentity('', stranger).thumbprint });
    await expect(client.kyc(PERSON)).resolves.toMatchObject({ identity: IDENTITY });
  });

  it.each(PROFILE_NAMES)(
    'of IDA %s sealed for another certificate is a fault of the set-up that names both',
    async (profile) => {
      await use({ profile });
      const seal = profile === '1.1.5' ? joinedIdentity : splitIdentity;
      ida.reply = confirming(seal(PLAINTEXT, stranger));
      const fault = await faultOf(client.kyc(PERSON));
      expect(summary(fault)).toBe('MTS-IDA-110 configuration profile unknown');
      expect(fault.message).toContain(
        `(${ida.host}: it is sealed for the certificate ${hex(stranger)}, ours is ${hex(partner)})`,
      );
    },
  );

  it.each<[string, (sealed: SealedIdentity) => object]>([
    [
      'altered',
      ({ identity }) => ({ identity: `${identity.slice(0, -1)}${identity.endsWith('A') ? 'Q' : 'A'}` }),
    ],
    ['without a key', () => ({ sessionKey: null })],
    ['cut', ({ identity }) => ({ identity: identity.slice(0, 30) })],
    ['in the form of another version', () => joinedIdentity(PLAINTEXT, partner)],
    ['of another kind', () => ({ identity: { name: 'Emana' } })],
  ])('%s says so, and shows nothing of it', async (_case, change) => {
    const sealed = splitIdentity(PLAINTEXT, partner);
    ida.reply = confirming({ ...sealed, ...change(sealed) });
    const fault = await faultOf(client.kyc(PERSON));
    expect(summary(fault)).toBe('MTS-IDA-110 configuration profile unknown');
    expect(fault.message).toContain('it was altered on its way');
  });

  it('with an identity that is not JSON is not IDA', async () => {
    ida.reply = confirming(splitIdentity('Emana Sar', partner));
    const fault = await faultOf(client.kyc(PERSON));
    expect(summary(fault)).toBe('MTS-IDA-104 configuration profile unknown');
    expect(fault.message).toContain('(127.0.0.1:');
    expect(fault.message).toContain('an identity that is not JSON)');
  });

  it('without a token is a fault of the set-up, as for authentication', async () => {
    ida.reply = answering({ response: { kycStatus: true, ...splitIdentity(PLAINTEXT, partner) } });
    expect(summary(await faultOf(client.kyc(PERSON)))).toBe('MTS-IDA-105 configuration profile unknown');
  });

  it.each(['true', 1, undefined])(
    'with kycStatus %j, which IDA never sends, is not IDA',
    async (kycStatus) => {
      ida.reply = answering({ response: { kycStatus, authToken: TOKEN } });
      expect((await faultOf(client.kyc(PERSON))).code).toBe('MTS-IDA-104');
    },
  );

  it('that refuses gives its errors, and neither token nor identity', async () => {
    const errors = [{ errorCode: 'IDA-DEA-001', errorMessage: 'Demographic data name did not match' }];
    const refused = {
      kind: 'refused',
      errors: [{ code: 'IDA-DEA-001', message: 'Demographic data name did not match' }],
    };
    const told = { authToken: TOKEN, ...splitIdentity(PLAINTEXT, partner) };
    for (const response of [{ kycStatus: false, ...told }, { kycStatus: true, ...told }, null]) {
      ida.reply = answering({ response, errors });
      await expect(client.kyc(PERSON)).resolves.toEqual(refused);
    }
  });

  it('that the policy forbids is a fault of the set-up', async () => {
    ida.reply = failing('IDA-MLC-007', 'IDA-MPA-013');
    expect(summary(await faultOf(client.kyc(PERSON)))).toBe('IDA-MPA-013 configuration profile not-asked');
  });

  it('is believed by its signature alone where one is pinned', async () => {
    await use({ answerPins: [certificate('ida-sign')] });
    const sealed = splitIdentity(PLAINTEXT, partner);
    ida.reply = confirming(sealed);
    expect((await faultOf(client.kyc(PERSON))).code).toBe('MTS-IDA-106');
    const response = { kycStatus: true, authToken: TOKEN, ...sealed };
    const signed =
      (parts: AnswerParts): Reply =>
      (call, answer) => {
        const body = answerTo(call, { response, ...parts });
        answer.writeHead(200, { 'response-signature': signatureOf(body) }).end(body);
      };
    ida.reply = signed({});
    await expect(client.kyc(PERSON)).resolves.toMatchObject({ identity: IDENTITY });
    ida.reply = signed({ transactionID: null });
    expect((await faultOf(client.kyc(PERSON))).message).toContain('the answer to another call');
  });
});
