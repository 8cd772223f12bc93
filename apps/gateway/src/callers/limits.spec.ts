import { once } from 'node:events';

import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, requestBody } from '../spec-support/gateway-fixture.js';
import { answerOn, FORM_TYPE, part, rawConnection, rawPost } from '../spec-support/raw-http.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start({
    env: {
      MTS_CALLERS: 'api-key',
      MTS_CALLS_PER_MINUTE_MAX: '20',
      MTS_UPLOADS_PER_CALLER_MAX: '1',
      MTS_REFUSALS_PER_MINUTE_MAX: '3',
      MTS_TRUSTED_PROXIES: '127.0.0.1/32',
    },
  });
});
afterAll(async () => gateway.stop());

async function ask(key: string, address = '192.0.2.1'): Promise<supertest.Response> {
  return supertest(gateway.url)
    .get('/authtoken/authfields')
    .set({ authorization: `Bearer ${key}`, 'x-forwarded-for': address });
}

const REFUSED = { errors: [{ errorCode: 'MTS-LIMIT-001' }], response: null };

/** A CSV upload of a caller. */
function csvPost(key: string, body: string, length?: number): string {
  return rawPost('/authtoken/csv', FORM_TYPE, body, length).replace(
    'Host:',
    `Authorization: Bearer ${key}\r\nHost:`,
  );
}

describe('a caller', () => {
  it('that calls too often is told when to call again, and no other caller is', async () => {
    const [busy, calm] = [await gateway.apiKey('busy', 'read'), await gateway.apiKey('calm', 'read')];
    for (let n = 0; n < 20; n += 1) expect((await ask(busy)).status).toBe(200);
    const { status, body, headers } = await ask(busy);
    expect([status, body]).toMatchObject([429, REFUSED]);
    expect(headers['retry-after']).toMatch(/^[1-3]$/);
    expect((await ask(calm)).status).toBe(200);
  });

  it('has so many lists taken in at a time, and the next one when one of them has ended', async () => {
    const [busy, calm] = [await gateway.apiKey('uploads', 'submit'), await gateway.apiKey('waits', 'submit')];
    const form = `${part('request', JSON.stringify(requestBody(DOWNLOAD)))}${part('csv_file', 'vid\n1\n', 'a.csv')}`;
    const whole = `${form}--boundary-of-the-form--\r\n`;

    const slow = await rawConnection(gateway.url);
    slow.write(
      csvPost(busy, form, Buffer.byteLength(whole)).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'),
    );
    await once(slow, 'readable');
    const second = await rawConnection(gateway.url);
    second.write(csvPost(busy, whole));
    const refused = await answerOn(second);
    expect(refused).toMatch(/^HTTP\/1\.1 429 /);
    expect(refused).toMatch(/retry-after: 1\r\n/i);
    const other = await rawConnection(gateway.url);
    other.write(csvPost(calm, whole));
    expect(await answerOn(other)).toMatch(/^HTTP\/1\.1 200 /);

    slow.write('--boundary-of-the-form--\r\n');
    expect(await answerOn(slow)).toMatch(/ 200 OK/);
    const third = await rawConnection(gateway.url);
    third.write(csvPost(busy, whole));
    expect(await answerOn(third)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('an address that guesses', () => {
  const guess = `mts_${'0'.repeat(32)}_${'0'.repeat(72)}`;

  it('is not listened to for a while, and whoever is known there goes on', async () => {
    const address = '198.51.100.1';
    const [known, unseen] = [await gateway.apiKey('known', 'read'), await gateway.apiKey('unseen', 'read')];
    expect((await ask(known, address)).status).toBe(200);
    for (let n = 0; n < 3; n += 1) expect((await ask(guess, address)).status).toBe(401);
    const { status, body, headers } = await ask(guess, address);
    expect([status, body]).toMatchObject([429, REFUSED]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(unseen, address)).status).toBe(429);
    expect((await ask(known, address)).status).toBe(200);
    expect((await ask(unseen, '198.51.100.2')).status).toBe(200);
  });

  it('leaves one line in the log, without what it has tried', async () => {
    for (let n = 0; n < 4; n += 1) await ask(guess, `192.0.3.${String(n)}`);
    const lines = gateway.logLines.filter((line) => line.includes('192.0.3.'));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'warn', network: '192.0.3.0/24', code: 'MTS-AUTH-001' },
    ]);
    expect(gateway.logLines.join('')).not.toMatch(/mts_0|192\.0\.3\.[1-9]/);
  });

  it('cannot help itself with addresses that it makes up', async () => {
    for (let n = 0; n < 3; n += 1) await ask(guess, `203.0.113.${String(n)}, 198.51.100.9`);
    expect((await ask(guess, '203.0.113.200, 198.51.100.9')).status).toBe(429);
  });
});
