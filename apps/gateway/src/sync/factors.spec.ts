import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { AwaitedSeeder } from '../spec-support/awaited-seeder.js';
import { GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

const TRANSACTION_ID = 'A1b2C3d4E5';
const VID = person(1)['vid'] ?? '';
const CAPTURE = [
  {
    specVersion: '1.0',
    data: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln',
    hash: 'ab',
    sessionKey: 'k',
    thumbprint: 't',
    qualityScore: 60.5,
  },
];

let gateway: GatewayFixture;
let seeder: AwaitedSeeder;
beforeAll(async () => {
  gateway = await GatewayFixture.start({ env: { MTS_SYNC_WAIT_SECONDS_MAX: '20' } });
});
afterAll(async () => gateway.stop());

async function ask(request: unknown) {
  const { status, body } = await supertest(gateway.url).post('/authtoken/json').send(requestBody(request));
  return { status, errors: (body as { errors: readonly { errorMessage: string }[] | null }).errors };
}

describe('a one-time password and biometrics', () => {
  beforeAll(async () => {
    seeder = await AwaitedSeeder.start(gateway, () => ({ token: '1234567890' }));
  });
  afterAll(async () => seeder.stop());
  afterEach(() => seeder.asked.splice(0));

  it.each([
    [
      'beside authdata',
      { otp: '111111', biometrics: CAPTURE, transactionID: TRANSACTION_ID, authdata: { vid: VID } },
    ],
    [
      'inside authdata',
      { authdata: { vid: VID, otp: '111111', biometrics: CAPTURE, transactionID: TRANSACTION_ID } },
    ],
    [
      'in both places, of which the request goes first',
      {
        otp: '111111',
        biometrics: CAPTURE,
        transactionID: TRANSACTION_ID,
        authdata: { vid: VID, otp: '222222', biometrics: [], transactionID: 'none of IDA' },
      },
    ],
    [
      'beside each other',
      { otp: 111111, authdata: { vid: VID, biometrics: CAPTURE, transactionID: TRANSACTION_ID } },
    ],
  ])('reach the seeder unchanged %s, and are no demographics', async (_where, request) => {
    const before = Date.now();
    expect(await ask(request)).toEqual({ status: 200, errors: null });
    const [asked] = seeder.asked;
    expect(asked).toMatchObject({
      record: { vid: VID },
      options: { factors: { otp: '111111', biometrics: CAPTURE }, transactionId: TRANSACTION_ID },
    });
    expect(Object.keys(asked?.record as object)).toEqual(['vid']);
    const goodForMs = (asked?.options.factors?.goodUntilMs ?? 0) - before;
    expect(goodForMs).toBeGreaterThanOrEqual(20_000);
    expect(goodForMs).toBeLessThan(30_000);
  });

  it('stand in for the fields that are mandatory otherwise, but for the number', async () => {
    const proof = { otp: '111111', transactionID: TRANSACTION_ID };
    expect((await ask({ ...proof, authdata: { vid: VID } })).status).toBe(200);
    expect(await ask({ ...proof, authdata: { name: 'Aisha' } })).toMatchObject({
      status: 400,
      errors: [{ errorCode: 'ATS-REQ-009' }],
    });
    expect(await ask({ ...proof, authdata: { vid: VID, dob: 'soon' } })).toMatchObject({
      status: 400,
      errors: [{ errorCode: 'ATS-REQ-007' }],
    });
    expect(seeder.asked).toHaveLength(1);
  });

  it('that are empty are none', async () => {
    const none = { otp: false, biometrics: [], transactionID: '' };
    expect((await ask({ ...none, authdata: person(1) })).status).toBe(200);
    expect(seeder.asked[0]?.options).not.toHaveProperty('factors');
    expect(await ask({ ...none, authdata: { vid: VID } })).toMatchObject({
      errors: [{ errorCode: 'ATS-REQ-010' }],
    });
  });

  it('may be left out although the transaction is named', async () => {
    expect((await ask({ transactionID: TRANSACTION_ID, authdata: person(1) })).status).toBe(200);
    expect(seeder.asked[0]?.options).toMatchObject({ transactionId: TRANSACTION_ID });
  });

  it('leave a transaction alone that a record has of its own', async () => {
    expect((await ask({ authdata: { ...person(1), transactionID: 'none of IDA' } })).status).toBe(200);
    expect(seeder.asked[0]?.options).not.toHaveProperty('transactionId');
  });

  it.each([
    [
      'without a transaction',
      { otp: '111111' },
      400,
      'invalid input. request.transactionID: needed with otp or biometrics: the transaction that they were made for',
    ],
    [
      'with a transaction that IDA would not take',
      { otp: '111111', transactionID: 'A-1' },
      400,
      'invalid input. request.transactionID: 10 letters or digits are expected',
    ],
    [
      'as a list',
      { otp: ['1'], transactionID: TRANSACTION_ID },
      422,
      'Invalid Input. request.otp: str type expected',
    ],
    [
      'as a text',
      { biometrics: 'x', transactionID: TRANSACTION_ID },
      422,
      'Invalid Input. request.biometrics: value is not a valid list',
    ],
    [
      'as a list of texts',
      { biometrics: ['x'], transactionID: TRANSACTION_ID },
      422,
      'Invalid Input. request.biometrics: value is not a valid dict',
    ],
  ])('are refused %s, and nobody is asked', async (_how, request, status, errorMessage) => {
    expect(await ask({ ...request, authdata: person(1) })).toMatchObject({
      status,
      errors: [{ errorMessage }],
    });
    expect(seeder.asked).toEqual([]);
  });

  it('stand nowhere in clear while they are kept, and cannot be opened once the record has ended', async () => {
    const [otp, data] = ['90909090', 'bWFya2VkIGZvciB0aGlzIHRlc3Q'];
    const biometrics = [{ data }];
    expect(
      (await ask({ otp, biometrics, transactionID: TRANSACTION_ID, authdata: { vid: VID } })).status,
    ).toBe(200);
    const tables = ['mts.request', 'mts.record', 'mts.range', 'mts_queue.job'];
    for (const table of tables) {
      const rows = await gateway.database.query<{ text: string }>(
        `SELECT encode(convert_to(one::text, 'UTF8'), 'escape') AS text FROM ${table} one`,
      );
      const bytes = rows.map(({ text }) => text).join();
      for (const secret of [otp, data]) {
        expect(bytes).not.toContain(secret);
        expect(bytes).not.toContain(Buffer.from(secret).toString('hex'));
      }
    }
    expect(gateway.logLines.join()).not.toContain(otp);
    expect(await gateway.requests.find(seeder.asked[0]?.id ?? '')).toMatchObject({
      sealedOptions: null,
      wrappedInputKey: null,
    });
  });
});
