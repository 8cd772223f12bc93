import { readFileSync } from 'node:fs';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { generatedSubmissions, recordedOdkForm } from './forms.js';
import { FakeOdkCentral, type FakeOdkOptions, ODK_NO_ROLE, ODK_VIEWER } from './odk-central.js';

interface Recorded extends Kept {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly as?: 'viewer' | 'norole' | 'nobody';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** What was kept of an answer: all of it, the names in it, or of a page its first rows and what follows them. */
interface Kept {
  readonly status: number;
  readonly answer?: unknown;
  readonly answerKeys?: readonly string[];
  readonly rowCount?: number;
  readonly rowIds?: readonly string[];
  readonly firstRow?: object;
  readonly footer?: object;
}

interface PageBody {
  readonly value: readonly (object & { readonly __id: string })[];
}

function asKept(kept: Kept, status: number, answer: unknown): Kept {
  const { value = [], ...footer } = answer as Partial<PageBody>;
  const rowIds = value.slice(0, kept.rowIds?.length).map((row) => row['__id']);
  return {
    status,
    ...(kept.answer === undefined ? {} : { answer }),
    ...(kept.answerKeys && { answerKeys: Object.keys(answer as object).toSorted() }),
    ...(kept.rowIds && { rowCount: value.length, rowIds, footer }),
    ...(kept.firstRow && value[0] && { firstRow: value[0] }),
  };
}

const recorded = JSON.parse(
  readFileSync(new URL('../../data/odk/recorded.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

const FORMS = (
  ['beneficiary_registration', 'int_vid', 'encrypted_form', 'draft_only', 'form id+with/odd'] as const
).map(recordedOdkForm);

const running: FakeOdkCentral[] = [];

async function start(options: FakeOdkOptions = {}): Promise<FakeOdkCentral> {
  const central = await FakeOdkCentral.start({ forms: FORMS, ...options });
  running.push(central);
  return central;
}

afterEach(async () => {
  for (const central of running.splice(0)) await central.close();
});

async function logIn(central: FakeOdkCentral, { email, password } = ODK_VIEWER): Promise<string> {
  const response = await fetch(`${central.url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return ((await response.json()) as { token: string }).token;
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const SUBMISSIONS = '/v1/projects/1/forms/beneficiary_registration.svc/Submissions';

describe('the fake of ODK Central', () => {
  let [central, oidc]: FakeOdkCentral[] = [];
  let tokens: Record<string, string> = {};

  beforeAll(async () => {
    // The address that the recorded server took for its own.
    const domain = 'http://127.0.0.1:18383';
    central = await FakeOdkCentral.start({ forms: FORMS, domain });
    oidc = await FakeOdkCentral.start({ forms: FORMS, singleSignOn: true });
    tokens = { viewer: await logIn(central), norole: await logIn(central, ODK_NO_ROLE), nobody: 'garbage' };
  });

  afterAll(async () => {
    await central?.close();
    await oidc?.close();
  });

  it.each(recorded)('answers as the real one: $name', async (call) => {
    const server = call.name.includes('oidc') ? oidc : central;
    const response = await fetch(`${server?.url ?? ''}${call.path}`, {
      method: call.method,
      headers: { ...call.headers, ...(call.as && bearer(tokens[call.as] ?? '').headers) },
      ...(call.body && { body: JSON.stringify(call.body) }),
    });
    const {
      name: _name,
      method: _method,
      path: _path,
      as: _as,
      headers: _headers,
      body: _body,
      ...kept
    } = call;
    expect(asKept(kept, response.status, await response.json())).toEqual(kept);
  });
});

describe('a session', () => {
  it('ends by its log-out, and not before', async () => {
    const central = await start();
    const [first, second] = [await logIn(central), await logIn(central)];
    expect(central.openSessions).toBe(2);
    const ended = await fetch(`${central.url}/v1/sessions/current`, { method: 'DELETE', ...bearer(first) });
    expect(await ended.json()).toEqual({ success: true });
    expect((await fetch(`${central.url}${SUBMISSIONS}`, bearer(first))).status).toBe(401);
    expect((await fetch(`${central.url}${SUBMISSIONS}`, bearer(second))).status).toBe(200);
  });
});

const askForPage = async (central: FakeOdkCentral) =>
  fetch(`${central.url}${SUBMISSIONS}?$top=10`, bearer(await logIn(central)));

describe('a page that is to go wrong', () => {
  it('ends in the middle of its JSON', async () => {
    const central = await start();
    central.misbehave(1, 'truncate');
    const response = await askForPage(central);
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
    await expect((await askForPage(central)).json()).resolves.toHaveProperty('value');
  });

  it('breaks off within its body, or before it', async () => {
    const central = await start();
    central.misbehave(1, 'break');
    central.misbehave(2, 'reset');
    await expect((await askForPage(central)).text()).rejects.toThrow('terminated');
    await expect(askForPage(central)).rejects.toThrow('fetch failed');
  });

  it('falls silent within its body', async () => {
    const central = await start();
    central.misbehave(1, 'hang');
    const response = await askForPage(central);
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
  });

  it('is a proxy’s in HTML', async () => {
    const central = await start();
    central.misbehave(1, { error: 429, retryAfter: '7' });
    central.misbehave(2, 'html');
    const [busy, other] = [await askForPage(central), await askForPage(central)];
    expect([busy.status, busy.headers.get('retry-after'), busy.headers.get('content-type')]).toEqual([
      429,
      '7',
      'text/html',
    ]);
    expect([other.status, other.headers.get('content-type')]).toEqual([200, 'text/html']);
  });

  it('is the silent end of a cursor whose row is gone', async () => {
    const central = await start();
    central.misbehave(1, 'purge');
    const answer = (await (await askForPage(central)).json()) as PageBody;
    expect(answer.value).toEqual([]);
    expect(answer).not.toHaveProperty('@odata.nextLink');
  });
});

it('gives as many submissions as wanted, along its cursor and without a row twice', async () => {
  const form = {
    ...recordedOdkForm('beneficiary_registration'),
    submissions: generatedSubmissions(250, (n) => ({ n })),
  };
  const central = await start({ forms: [form] });
  const token = await logIn(central);
  const numbers: unknown[] = [];
  for (let next: string | undefined = `${central.url}${SUBMISSIONS}?$top=100`; next !== undefined;) {
    const page = (await (await fetch(next, bearer(token))).json()) as PageBody & {
      '@odata.nextLink'?: string;
    };
    numbers.push(...page.value.map((row) => (row as unknown as { n: number }).n));
    next = page['@odata.nextLink'];
  }
  expect(numbers).toEqual(Array.from({ length: 250 }, (_, index) => 250 - index));
});

it('of a bare kind gives everything at once and knows no more than that', async () => {
  const central = await start({ kind: 'bare' });
  const token = await logIn(central);
  const answer = (await (
    await fetch(`${central.url}${SUBMISSIONS}?$top=1`, bearer(token))
  ).json()) as PageBody;
  expect(answer.value.length).toBe(25);
  const fields = SUBMISSIONS.replace('.svc/Submissions', '/fields');
  expect((await fetch(`${central.url}${fields}`, bearer(token))).status).toBe(404);
});
