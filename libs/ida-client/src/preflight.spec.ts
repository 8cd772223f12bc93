import { isVerhoeffValid } from '@mts/crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdaClient } from './client.js';
import { preflightQuestion } from './preflight.js';
import { failing, http, matched, StubIda } from './spec-support/stub-ida.js';
import { testClient } from './spec-support/test-client.js';

let ida: StubIda;
let client: IdaClient;

beforeEach(async () => {
  ida = await StubIda.start(failing('IDA-MLC-002'));
  client = testClient(ida.authUrl);
});

afterEach(async () => {
  await client.close();
  await ida.stop();
});

describe('preflight', () => {
  it.each([[['IDA-MLC-002']], [['IDA-MLC-007', 'IDA-MLC-002']], [['IDA-MLC-004']]])(
    'is passed by %j: only the number was wrong',
    async (codes) => {
      ida.reply = failing(...codes);
      await expect(client.preflight()).resolves.toEqual({ ok: true });
    },
  );

  it('asks for a number that nobody can have, and names its kind so that IDA reports all it finds', async () => {
    await client.preflight();
    const { individualId, individualIdType } = ida.lastCall.outer;
    expect(individualId).toMatch(/^\d{10}$/);
    expect(isVerhoeffValid(String(individualId))).toBe(false);
    expect(individualIdType).toBe('UIN');
    expect(ida.lastCall.inner['demographics']).toEqual({ dob: '1990/01/01' });
  });

  it('finds such a number for every length', () => {
    const lengths = Array.from({ length: 63 }, (_, n) => n + 2);
    const numbers = lengths.map((idLength) => preflightQuestion({ idLength }).person.individualId);
    expect(numbers.map(({ length }) => length)).toEqual(lengths);
    expect(numbers.filter(isVerhoeffValid)).toEqual([]);
  });

  it('can ask under the name that the country gives its number', async () => {
    await client.close();
    client = testClient(ida.authUrl, { preflight: { idLength: 12, idType: 'NIN' }, individualIdType: 'VID' });
    await client.preflight();
    expect(ida.lastCall.outer).toMatchObject({
      individualIdType: 'NIN',
      individualId: expect.stringMatching(/^\d{12}$/),
    });
  });

  it.each([
    [['IDA-MLC-007', 'IDA-MPA-009'], 'configuration', 'IDA-MPA-009'],
    [['IDA-MLC-001', 'IDA-MLC-002'], 'client', 'IDA-MLC-001'],
    [['IDA-MLC-011', 'IDA-MLC-002'], 'configuration', 'IDA-MLC-011'],
    [['IDA-MLC-007'], 'transient', 'IDA-MLC-007'],
    [['IDA-MLC-018'], 'configuration', 'IDA-MLC-018'],
    [['IDA-MLC-002', 'IDA-DEA-001'], 'configuration', 'IDA-DEA-001'],
    [[], 'configuration', 'MTS-IDA-107'],
  ])('fails on %j', async (codes, faultClass, code) => {
    ida.reply = failing(...codes);
    await expect(client.preflight()).resolves.toMatchObject({ ok: false, faultClass, code });
  });

  it('fails when the number is confirmed', async () => {
    ida.reply = matched();
    await expect(client.preflight()).resolves.toEqual({
      ok: false,
      faultClass: 'configuration',
      code: 'MTS-IDA-108',
      reason: 'IDA confirmed a number that nobody can have',
    });
  });

  it('fails, and does not throw, when IDA cannot be asked', async () => {
    ida.reply = http(503);
    await expect(client.preflight()).resolves.toMatchObject({
      ok: false,
      faultClass: 'transient',
      code: 'MTS-IDA-103',
    });
  });
});
