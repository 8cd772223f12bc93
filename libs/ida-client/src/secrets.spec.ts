import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type IdaClientOptions, openIdaCertificate, openPartnerKey } from './index.js';
import { silence, StubIda } from './spec-support/stub-ida.js';
import { faultOf, PERSON, SECRET_FORMS, testClient } from './spec-support/test-client.js';
import { dataFile, P12_PASSWORD } from './spec-support/test-keys.js';

function complaintOf(build: () => unknown): unknown {
  try {
    return build();
  } catch (error) {
    return error;
  }
}

// Each fault of the other specs passes through faultOf, which looks for secrets and for the person in it.
describe('licence key and API key', () => {
  it('stand in nothing that shows a client, idle or at work', async () => {
    const ida = await StubIda.start(silence);
    const client = testClient(ida.authUrl, { answerTimeoutMs: 50 });
    const views = (): string =>
      [inspect(client, { depth: 20, showHidden: true }), JSON.stringify(client)].join();
    const idle = views();
    const calls = [
      client.authenticate(PERSON),
      client.kyc(PERSON),
      client.requestOtp({ individualId: PERSON.individualId, channels: ['email'] }),
    ].map(faultOf);
    const atWork = views();
    await Promise.all(calls);
    expect(SECRET_FORMS.filter((secret) => (idle + atWork).includes(secret))).toEqual([]);
    await client.close();
    await ida.stop();
  });

  it.each(['undici:request:create', 'undici:request:error', 'undici:client:sendHeaders'])(
    'stand in no trace: nothing is sent while somebody listens to %s',
    async (name) => {
      const ida = await StubIda.start();
      const client = testClient(ida.authUrl);
      const heard: unknown[] = [];
      const listener = (message: unknown): void => void heard.push(message);
      subscribe(name, listener);
      const fault = await faultOf(client.authenticate(PERSON));
      unsubscribe(name, listener);
      expect(fault).toMatchObject({
        code: 'MTS-IDA-111',
        faultClass: 'configuration',
        scope: 'profile',
        effect: 'not-asked',
      });
      expect([heard, ida.calls]).toEqual([[], []]);
      await expect(client.authenticate(PERSON), 'and later again').resolves.toMatchObject({
        kind: 'matched',
      });
      await client.close();
      await ida.stop();
    },
  );

  it.each<[string, Partial<IdaClientOptions>]>([
    ['authUrl', { authUrl: 'ftp://LICENCE+secret/0001' }],
    ['authUrl', { authUrl: 'LICENCE+secret/0001' }],
    ['authUrl', { authUrl: 'https://user:LICENCE+secret%2F0001@host/auth' }],
    ['authUrl', { authUrl: 'https://host/auth?key=LICENCE+secret/0001' }],
    ['kycUrl', { kycUrl: 'https://user:LICENCE+secret%2F0001@host/kyc' }],
    ['otpUrl', { otpUrl: 'LICENCE+secret/0001' }],
    ['mispLicenceKey', { mispLicenceKey: '' }],
    ['apiKey', { apiKey: '..' }],
    ['partnerId', { partnerId: '.' }],
    ['connectTimeoutMs', { connectTimeoutMs: 0 }],
    ['answerTimeoutMs', { answerTimeoutMs: 600_001 }],
    ['answerTimeoutMs', { answerTimeoutMs: Number.NaN }],
    ['connections', { connections: 1.5 }],
    ['preflight.idLength', { preflight: { idLength: 1 } }],
  ])('stand in no complaint about the option %s, which is named', (name, wrong) => {
    const complaint = inspect(complaintOf(() => testClient('https://host/auth', wrong)));
    expect(complaint).toMatch(/^(TypeError|RangeError): /);
    expect(complaint).toContain(name);
    expect(SECRET_FORMS.filter((secret) => complaint.includes(secret))).toEqual([]);
  });
});

describe('the password of the partner key and the address of the certificate', () => {
  it('stand in no trace: no certificate is fetched while somebody listens', async () => {
    const ida = await StubIda.start();
    const heard: unknown[] = [];
    const listener = (message: unknown): void => void heard.push(message);
    subscribe('undici:request:create', listener);
    const opened = openIdaCertificate({ url: `http://${ida.host}/ida-partner.cer?token=certificate-token` });
    await expect(opened).rejects.toThrow(
      /is not fetched from .* while the HTTP calls of this process are traced/,
    );
    unsubscribe('undici:request:create', listener);
    expect([heard, ida.connections]).toEqual([[], 0]);
    await ida.stop();
  });

  it('stand in nothing that shows their source, or a client that has them', async () => {
    const sources = {
      partnerKey: await openPartnerKey({
        file: dataFile('keys/partner-modern-aes256.p12'),
        password: P12_PASSWORD,
      }),
      idaCertificate: await openIdaCertificate({
        file: dataFile('keys/ida-partner.crt.pem'),
        url: 'https://host/certificate-path?token=certificate-token',
      }),
    };
    const client = testClient('https://host/auth', sources);
    const shown = [sources, client].flatMap((each) => [
      inspect(each, { depth: 20, showHidden: true }),
      JSON.stringify(each),
    ]);
    expect(shown.join()).not.toMatch(/Test-Only-Passw0rd|certificate-path|certificate-token/);
    await client.close();
  });
});
