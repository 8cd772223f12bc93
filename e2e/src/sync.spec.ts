import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { IdaClient, openIdaCertificate, openPartnerKey } from '@mts/ida-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type Envelope, envelope, parseCsv, type Row } from './gateway.js';
import { SAMPLE, System } from './system.js';

interface SyncResponse {
  readonly authStatus?: boolean;
  readonly authToken?: string;
  /** Of one who waits still. */
  readonly request_identifier?: string;
}

let system: System;
let list: readonly Row[];
let expected: readonly Row[];

beforeAll(async () => {
  system = await System.start({
    env: { MTS_SYNC_WAIT_SECONDS_MAX: '15', MTS_IDA_ANSWER_TIMEOUT_MS: '1000' },
  });
  [list, expected] = (await Promise.all(
    ['people.csv', 'expected.csv'].map(async (file) => parseCsv(await readFile(join(SAMPLE, file), 'utf8'))),
  )) as [Row[], Row[]];
});
afterEach(async () => system.ida.clearFaults());
afterAll(async () => system.stop());

async function ask(authdata: object, request: object = {}) {
  const { status, data } = await system.gateway.post<Envelope<SyncResponse>>(
    '/authtoken/json',
    envelope({ ...request, authdata }),
  );
  return { status, errors: data.errors, response: data.response };
}

/** The first people of the list about whom that is expected. */
function peopleWith(status: string, count: number): { readonly person: Row; readonly expected: Row }[] {
  return list
    .map((person, index) => ({ person, expected: expected[index] ?? {} }))
    .filter((one) => one.expected['status'] === status)
    .slice(0, count);
}

/** The OTP desk of IDA, as a caller reaches it that has a way of its own. */
async function otpOf(individualId: string): Promise<string> {
  const folder = join(system.directory, 'ida');
  const party = JSON.parse(await readFile(join(folder, 'relying-party.json'), 'utf8')) as Record<
    string,
    string
  >;
  const client = new IdaClient({
    authUrl: `${system.ida.url}/idauthentication/v1/auth`,
    partnerId: party['partnerId'] ?? '',
    apiKey: party['apiKey'] ?? '',
    mispLicenceKey: party['mispLicenceKey'] ?? '',
    partnerKey: await openPartnerKey({
      file: join(folder, 'partner.p12'),
      password: party['p12Password'] ?? '',
    }),
    idaCertificate: await openIdaCertificate({ file: join(folder, 'ida-partner.cer') }),
  });
  const sent = await client.requestOtp({ individualId, channels: ['email', 'phone'] });
  await client.close();
  if (sent.kind !== 'sent') throw new Error(`IDA sends no password: ${JSON.stringify(sent)}`);
  return sent.transactionId;
}

describe('one person in authdata', () => {
  it('gets at once what a list would bring, a token or what IDA has against it', async () => {
    for (const { person, expected: row } of peopleWith('processed', 5)) {
      expect(await ask(person)).toEqual({
        status: 200,
        errors: null,
        response: { authStatus: true, authToken: row['token'] },
      });
    }
    for (const { person, expected: row } of peopleWith('error', 5)) {
      const { status, errors, response } = await ask(person);
      // What is one error in a row stands here by itself.
      const code = (errors ?? []).length > 1 ? 'ATS-REQ-103' : errors?.[0]?.errorCode;
      expect([status, code, response]).toEqual([200, row['errorCode'], { authStatus: false }]);
    }
    for (const { person, expected: row } of peopleWith('invalid', 5)) {
      const { status, errors, response } = await ask(person);
      expect([status, errors?.[0]?.errorCode, response]).toEqual([400, row['errorCode'], null]);
    }
  });

  it('is answered while a list fills every place', async () => {
    await system.ida.setFaults({ latencyMs: 200 });
    const id = await system.gateway.submitCsvFile(join(SAMPLE, 'people.csv'));
    const [one] = peopleWith('processed', 1);
    expect((await ask(one?.person ?? {})).response).toEqual({
      authStatus: true,
      authToken: one?.expected['token'],
    });
    expect((await system.gateway.status(id)).status).toBe('processing');
    await system.ida.clearFaults();
    await system.gateway.finished(id);
  });

  it('waits when IDA is silent, neither confirmed nor refused, and has the answer once IDA is well', async () => {
    await system.ida.setFaults({ latencyMs: 5000 });
    const [, two] = peopleWith('processed', 2);
    const waiting = await ask(two?.person ?? {});
    expect(waiting).toMatchObject({ status: 202, errors: [{ errorCode: 'MTS-SYNC-001' }] });
    await system.ida.clearFaults();
    await system.gateway.post('/authtoken/preflight', {});
    await system.gateway.finished(waiting.response?.request_identifier ?? '');
    expect(await ask(two?.person ?? {})).toMatchObject({
      status: 200,
      response: { authToken: two?.expected['token'] },
    });
  });
});

describe('a one-time password', () => {
  const OTP = '246802';

  it('proves a person without any demographics, in the transaction that requested it', async () => {
    const [, , three] = peopleWith('processed', 3);
    await system.ida.setFaults({ fixedOtp: OTP });
    const vid = three?.person['vid'] ?? '';
    const transactionID = await otpOf(vid);
    expect(await ask({ vid }, { otp: '000000', transactionID })).toMatchObject({
      status: 200,
      errors: [{ errorCode: 'IDA-OTA-004' }],
      response: { authStatus: false },
    });
    expect(await ask({ vid, otp: OTP, transactionID })).toEqual({
      status: 200,
      errors: null,
      response: { authStatus: true, authToken: three?.expected['token'] },
    });
  });
});
