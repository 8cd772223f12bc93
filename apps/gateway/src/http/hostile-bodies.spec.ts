import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';
import { type HostileBody, hostileBodies } from '../spec-support/hostile-bodies.js';

/** Every POST route gets as many. */
const BODIES = 208;
const SECRET = 'correct-horse-battery-staple';

const LIST = {
  ...DOWNLOAD,
  lang: 'eng',
  mapping: { vid: 'vid', name: ['name'] },
  authdata: [person(1), person(2)],
};
const AUTH = { database: 'db', authUrl: 'http://127.0.0.1:1/', username: 'u', password: SECRET };
const GOOD = requestBody({
  ...LIST,
  outputFormat: '{a: .output.token}',
  odkconfig: {
    baseurl: 'https://odk.example.org',
    projectid: '1',
    formid: 'f',
    email: 'a@example.org',
    password: SECRET,
  },
  callbackProperties: { url: 'https://registry.example.org/cb', authType: 'odoo', authOdoo: AUTH },
}) as Parameters<typeof hostileBodies>[0];

/** What an answer must never hold: where we are installed, where we are in our code, what we were told in confidence. */
const LEAKS = [
  /(?:^|[^\w.])\/(?:work|tmp|home|root|usr|opt|app|var|proc)\//,
  /node_modules|file:\/\/|\.[cm]?[jt]sx?:\d+/,
  /\bat (?:async |new )?[\w.$<>[\] ]+ \(/,
  /\b(?:Type|Range|Syntax|Reference|QueryFailed)Error\b|\bSELECT\b|\bINSERT\b/,
  new RegExp(SECRET),
];

let gateway: GatewayFixture;
let posts: readonly string[];
beforeAll(async () => {
  gateway = await GatewayFixture.start({
    preflightPatienceMs: 0,
    env: { MTS_CALLS_PER_MINUTE_MAX: '1000000' },
  });
  posts = gateway.routes
    .filter((route) => route.startsWith('POST '))
    .map((route) => route.slice('POST '.length));
});
afterAll(async () => gateway.stop());

interface Answer {
  readonly title: string;
  readonly status: number;
  readonly text: string;
}

async function send(path: string, { title, type, bytes }: HostileBody): Promise<Answer> {
  const url = `${gateway.url}${path.replace(':id', '0c1ed88a-7ff4-49db-a546-862cc8ebe111')}`;
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: bytes });
  return { title, status: response.status, text: await response.text() };
}

/** Some at a time, as callers come. */
async function answersTo(path: string, seed: number): Promise<readonly Answer[]> {
  const bodies = [...hostileBodies(GOOD, BODIES, seed)];
  const answers: Answer[] = [];
  while (bodies.length > 0) {
    // For the preflight, which would otherwise say that nobody can make one.
    await gateway.seederLives('6f9619ff-8b86-4d01-b42d-00cf4fc964ff');
    answers.push(...(await Promise.all(bodies.splice(0, 16).map(async (body) => send(path, body)))));
  }
  return answers;
}

describe('of some hundred bodies that are wrong', () => {
  it('none brings a route down, or has it tell what is inside', { timeout: 180_000 }, async () => {
    expect(posts.length).toBeGreaterThan(5);
    for (const [at, path] of posts.entries()) {
      for (const { title, status, text } of await answersTo(path, at + 1)) {
        expect([path, title, status < 500]).toEqual([path, title, true]);
        expect([path, title, JSON.parse(text)]).toMatchObject([path, title, { id: 'mosip.token.seeder' }]);
        for (const leak of LEAKS)
          expect([path, title, text]).not.toEqual([path, title, expect.stringMatching(leak)]);
      }
      expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    }
  });

  it('none makes the log tell a secret', () => {
    expect(gateway.logLines.join('')).not.toContain(SECRET);
  });

  it('none keeps the next good list from being taken in', async () => {
    const response = await fetch(`${gateway.url}/authtoken/json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(requestBody(LIST)),
    });
    expect([response.status, await response.json()]).toMatchObject([200, { errors: null }]);
  });
});
