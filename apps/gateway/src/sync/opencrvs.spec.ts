import { readFile } from 'node:fs/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type AwaitedAnswer, AwaitedSeeder } from '../spec-support/awaited-seeder.js';
import { GatewayFixture, vidOf } from '../spec-support/gateway-fixture.js';

const TOKEN = '446791815597372963729663607096163061';
const MISMATCH = { code: 'IDA-DEA-001', message: 'Demographic data name in eng did not match' };

let gateway: GatewayFixture;
let seeder: AwaitedSeeder | undefined;
beforeAll(async () => {
  gateway = await GatewayFixture.start({
    env: {
      // As its deployments have it, with the quotes: it never sends an address.
      TOKENSEEDER_AUTHTOKEN__MANDATORY_VALIDATION_AUTH_FIELDS: '"name,gender,dob"',
      MTS_SYNC_WAIT_SECONDS_MAX: '5',
    },
  });
});
afterAll(async () => gateway.stop());
afterEach(async () => {
  await seeder?.stop();
  seeder = undefined;
});

async function ida(answer: AwaitedAnswer): Promise<AwaitedSeeder> {
  seeder = await AwaitedSeeder.start(gateway, answer);
  return seeder;
}

/** Runs a body as OpenCRVS sends it. */
async function openCrvsCall(authdata: object): Promise<string> {
  const payload = {
    id: '',
    version: '',
    metadata: '',
    requesttime: '2026-11-22T00:49:53.632Z',
    request: { lang: 'eng', authdata },
  };
  const answer = await fetch(`${gateway.url}/authtoken/json`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(payload),
  });
  return answer.text();
}

/**
 * What OpenCRVS makes of an answer, as its workflow service does in v1.2.0, v1.3.0, v1.4.0, v1.5.0 and v1.6.4 alike
 * (packages/workflow, getMosipUINToken and validateDeceasedDetails): it reads JSON whatever the status is.
 */
function openCrvsFinds(text: string): string {
  const body = JSON.parse(text) as {
    errors?: unknown[] | null;
    response: { authToken?: string; authStatus?: boolean };
  };
  if ((body.errors && body.errors.length > 0) || !body.response.authToken) return 'not linked';
  if (body.response.authStatus === false) return 'not linked';
  return `/Patient?identifier=${body.response.authToken}`;
}

describe('OpenCRVS', () => {
  const SAKIB = { vid: vidOf(7), name: 'Sakib Al Hasan', gender: 'male', dob: '1990/09/01' };

  it('sends what it sends, byte for byte, and gets the token by which it finds the birth record', async () => {
    const { asked } = await ida(() => ({ token: TOKEN }));
    const sent = await readFile(new URL('../spec-support/opencrvs-call.json', import.meta.url), 'utf8');
    const answer = await fetch(`${gateway.url}/authtoken/json`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'node-fetch/1.0 (+https://github.com/bitinn/node-fetch)',
      },
      body: sent.trimEnd(),
    });
    expect(openCrvsFinds(await answer.text())).toBe(`/Patient?identifier=${TOKEN}`);
    expect(asked.map(({ record }) => record)).toEqual([
      { vid: '2047631038', name: 'Sakib Al Hasan', gender: 'male', dob: '1990/09/01' },
    ]);
  });

  it.each<[string, AwaitedAnswer, object]>([
    ['a refusal', () => ({ errorCode: MISMATCH.code, refusal: [MISMATCH] }), SAKIB],
    ['silence of IDA', () => ({ errorCode: 'MTS-IDA-001', errorMessage: 'x' }), SAKIB],
    ['a record that goes on', () => undefined, SAKIB],
    ['a missing name', () => ({ token: TOKEN }), { ...SAKIB, name: undefined }],
    ['a missing date of birth', () => ({ token: TOKEN }), { ...SAKIB, dob: undefined }],
  ])('takes %s for no token', async (_what, answer, authdata) => {
    await ida(answer);
    expect(openCrvsFinds(await openCrvsCall(authdata))).toBe('not linked');
  });

  it('takes a gateway that can ask nobody for no token', async () => {
    expect(openCrvsFinds(await openCrvsCall(SAKIB))).toBe('not linked');
  });
});
