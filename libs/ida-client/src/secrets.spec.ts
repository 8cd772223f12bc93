import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { IdaClientOptions } from './index.js';
import { silence, StubIda } from './spec-support/stub-ida.js';
import { faultOf, PERSON, SECRET_FORMS, testClient } from './spec-support/test-client.js';

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
    const call = faultOf(client.authenticate(PERSON));
    const atWork = views();
    await call;
    expect(SECRET_FORMS.filter((secret) => (idle + atWork).includes(secret))).toEqual([]);
    await client.close();
    await ida.stop();
  });

  it.each<[string, Partial<IdaClientOptions>]>([
    ['authUrl', { authUrl: 'ftp://LICENCE+secret/0001' }],
    ['authUrl', { authUrl: 'LICENCE+secret/0001' }],
    ['authUrl', { authUrl: 'https://user:LICENCE+secret%2F0001@host/auth' }],
    ['authUrl', { authUrl: 'https://host/auth?key=LICENCE+secret/0001' }],
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
