import supertest from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

/** Programs that never end, take all memory, reach out of themselves, or end what they run in. */
const HOSTILE = [
  'last(range(1e12))',
  'def f: f; f',
  'def f: f | f; f',
  'def f(x): f(x, x); f(1)',
  'repeat(.)  | select(false)',
  '[limit(1e12; repeat(1))]',
  'until(false; .)',
  'reduce range(1e12) as $i (0; . + $i)',
  '"a" * 1e9',
  '[range(1e9)]',
  'reduce range(40) as $i ("aaaaaaaa"; . + .)',
  '[.. , ..] | [recurse(.[]?)] | last(range(1e12))',
  'env',
  '$ENV.PATH',
  '[inputs]',
  'input_filename',
  'include "/etc/passwd"; .',
  'import "a" as a; a::b',
  'halt_error',
  '"x" | debug | halt',
  '[] | setpath([1e8]; 1)',
  '.output) | (while(true; .)',
  `${'['.repeat(8000)}1${']'.repeat(8000)}`,
];

/** What of this machine must never be told. */
const LEAK = /\/(?:work|root|usr|etc|tmp|home)\/|node_modules|\.[jt]s:\d+|at .+\(.+:\d+:\d+\)|passwd|PATH=/;

async function handIn(outputFormat: string): Promise<supertest.Response> {
  return supertest(gateway.url)
    .post('/authtoken/json')
    .send(requestBody({ ...DOWNLOAD, outputFormat, authdata: [person(1)] }));
}

it('ends hostile programs with an answer that says why, and serves everybody else meanwhile', async () => {
  const pending = new Set(HOSTILE);
  const answers = HOSTILE.map(async (program) => {
    const answer = await handIn(program);
    pending.delete(program);
    return [program, answer] as const;
  });
  let servedMeanwhile = 0;
  while (pending.size > 0) {
    const calls = await Promise.all([
      supertest(gateway.url).get('/ping'),
      supertest(gateway.url).get('/authtoken/authfields'),
      supertest(gateway.url)
        .post('/authtoken/json')
        .send(requestBody({ ...DOWNLOAD, authdata: [person(2)] })),
    ]);
    expect(calls.map(({ status }) => status)).toEqual([200, 200, 200]);
    servedMeanwhile += 1;
  }
  // Not once in between, when one program has ended and the next has not begun.
  expect(servedMeanwhile).toBeGreaterThan(2);
  for (const [program, { status, body, text }] of await Promise.all(answers)) {
    const codes = ((body as { errors: readonly { errorCode: string }[] | null }).errors ?? []).map(
      ({ errorCode }) => errorCode,
    );
    expect([program, status]).toEqual([program, 400]);
    expect(codes).toEqual([expect.stringMatching(/^ATS-REQ-10[34]$/)]);
    expect(text).not.toMatch(LEAK);
  }
});

it('goes on serving formats afterwards', async () => {
  const { body } = await handIn('.input.vid');
  const id = (body as { response: { request_identifier: string } }).response.request_identifier;
  await gateway.process(id, () => ({ token: 't' }));
  expect((await supertest(gateway.url).get(`/authtoken/file/${id}`)).text).toBe(
    JSON.stringify([person(1)['vid']]),
  );
});

it('logs nothing of a program', () => {
  expect(gateway.logLines.join('')).not.toMatch(/range\(|repeat|passwd|halt/);
});
