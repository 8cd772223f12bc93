import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CallbackReceiver, HTTP_ROUTE, JSON_ROUTE, UPDATE_IDENTIFICATION } from './index.js';

/** As the original and OpenG2P's Odoo have exchanged them (recorded). */
const LOG_IN = '{"jsonrpc": "2.0", "params": {"db": "openg2pdb", "login": "mts", "password": "secret"}}';
const PERSON = '{"partner_id": 101, "id_type": "MOSIP UIN TOKEN", "value": "T1"}';
const JSON_TYPE = { 'content-type': 'application/json' };

let receiver: CallbackReceiver;
beforeEach(async () => {
  receiver = await CallbackReceiver.start();
});
afterEach(async () => receiver.close());

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(receiver.server.url(path), { redirect: 'manual', ...init });
}

async function logIn(body = LOG_IN, init: RequestInit = {}): Promise<Response> {
  return ask('/web/session/authenticate', { method: 'POST', headers: JSON_TYPE, body, ...init });
}

async function session(): Promise<string> {
  const cookies = (await logIn()).headers.getSetCookie();
  return cookies.map((cookie) => cookie.split(';', 1)[0]).join('; ');
}

async function update(cookie: string, body = PERSON, method = 'PATCH'): Promise<Response> {
  return ask(UPDATE_IDENTIFICATION, { method, headers: { ...JSON_TYPE, cookie }, body });
}

describe('the Odoo', () => {
  it.each(['POST', 'PUT'])('lets a user in by %s, names it, and sets a cookie of a week', async (method) => {
    const answer = await logIn(LOG_IN, { method });
    expect(answer.status).toBe(200);
    await expect(answer.json()).resolves.toMatchObject({
      jsonrpc: '2.0',
      result: { uid: 7, db: 'openg2pdb' },
    });
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^session_id=[0-9a-f]{40}; .*Max-Age=604800; HttpOnly; Path=\/$/,
    );
  });

  it('takes a log-in that is no JSON by its type for another kind of call', async () => {
    const answer = await logIn(LOG_IN, { headers: { 'content-type': 'text/plain' } });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("Request inferred type is compatible with ['http']");
  });

  it.each([
    [15, 1],
    [17, 0],
  ] as const)(
    'of version %s answers a wrong password with 200, an error and %s cookies',
    async (version, cookies) => {
      await receiver.close();
      receiver = await CallbackReceiver.start({ odoo: { version } });
      const answer = await logIn(LOG_IN.replace('secret', 'wrong'));
      expect(answer.status).toBe(200);
      await expect(answer.json()).resolves.toMatchObject({
        error: { code: 200, message: 'Odoo Server Error', data: { name: 'odoo.exceptions.AccessDenied' } },
      });
      expect(answer.headers.getSetCookie()).toHaveLength(cookies);
      for (const cookie of answer.headers.getSetCookie()) expect((await update(cookie)).status).toBe(401);
    },
  );

  it('that wants a second factor names no user, and its cookie is good for nothing', async () => {
    await receiver.close();
    receiver = await CallbackReceiver.start({ odoo: { hasSecondFactor: true } });
    await expect((await logIn()).json()).resolves.toMatchObject({ result: { uid: null } });
    expect((await update(await session())).status).toBe(401);
  });

  it.each([
    [15, 'psycopg2.OperationalError'],
    [17, 'odoo.exceptions.AccessError'],
  ] as const)('of version %s answers an unknown database with %s', async (version, name) => {
    await receiver.close();
    receiver = await CallbackReceiver.start({ odoo: { version } });
    await expect((await logIn(LOG_IN.replace('openg2pdb', 'other'))).json()).resolves.toMatchObject({
      error: { data: { name } },
    });
  });

  it('gives a person one identification, however often it comes, one after the other', async () => {
    const cookie = await session();
    const answer = await update(cookie);
    await expect(answer.json()).resolves.toEqual({
      id: 1,
      id_type: 'MOSIP UIN TOKEN',
      value: 'T1',
      expiry_date: null,
      partner_id: 101,
    });
    await update(cookie, PERSON.replace('T1', 'T2'));
    expect(receiver.odoo.identifications).toEqual([
      { partner_id: 101, id_type: 'MOSIP UIN TOKEN', value: 'T2' },
    ]);
  });

  it('gives it several when it comes several times at once, for it looks before it writes', async () => {
    const cookie = await session();
    await Promise.all(Array.from({ length: 6 }, async () => update(cookie)));
    expect(receiver.odoo.identifications.length).toBeGreaterThan(1);
    expect(receiver.server.inFlightMax).toBeGreaterThan(1);
  });

  it.each([
    ['another method', 'POST', PERSON, 405],
    ['a person without a number', 'PATCH', '{"id_type": "a", "value": "b"}', 400],
    ['no value', 'PATCH', PERSON.replace('"T1"', 'null'), 400],
  ])('refuses %s', async (_what, method, body, status) => {
    expect((await update(await session(), body, method)).status).toBe(status);
  });

  it('says in three ways that a session is over', async () => {
    const cookie = await session();
    receiver.odoo.endSessions();
    expect((await update(cookie)).status).toBe(401);
    const page = await ask(HTTP_ROUTE, { method: 'POST', headers: { cookie } });
    expect([page.status, page.headers.get('location')]).toEqual([
      303,
      '/web/login?redirect=%2Fcustom%2Fhttp',
    ]);
    const rpc = await ask(JSON_ROUTE, {
      method: 'POST',
      headers: { ...JSON_TYPE, cookie },
      body: '{"params": {}}',
    });
    expect(rpc.status).toBe(200);
    await expect(rpc.json()).resolves.toMatchObject({
      error: { code: 100, data: { name: 'odoo.http.SessionExpiredException' } },
    });
  });

  it('takes parameters of a JSON route from params alone', async () => {
    const cookie = await session();
    const send = async (body: string) =>
      ask(JSON_ROUTE, { method: 'POST', headers: { ...JSON_TYPE, cookie }, body });
    await expect((await send('{"params": {"a": 1}}')).json()).resolves.toEqual({ jsonrpc: '2.0', id: null });
    await expect((await send('{"a": 1}')).json()).resolves.toHaveProperty('error');
    expect((await send('[]')).status).toBe(400);
  });

  it('logs out by GET, with a redirect, and not by POST', async () => {
    const cookie = await session();
    expect((await ask('/web/session/logout', { method: 'POST', headers: { cookie } })).status).toBe(400);
    expect(receiver.odoo.openSessions).toBe(1);
    expect((await ask('/web/session/logout', { headers: { cookie } })).status).toBe(303);
    expect(receiver.odoo.openSessions).toBe(0);
  });
});

async function token(form: Record<string, string>): Promise<Response> {
  return ask('/oauth/token', { method: 'POST', body: new URLSearchParams(form) });
}

describe('the token endpoint', () => {
  const client = { client_id: 'cid', client_secret: 'csec' };

  it('gives tokens that one place takes until they are revoked', async () => {
    const { access_token: value } = (await (
      await token({ ...client, grant_type: 'client_credentials' })
    ).json()) as {
      access_token: string;
    };
    const headers = { authorization: `Bearer ${value}` };
    expect((await ask('/protected', { method: 'POST', headers })).status).toBe(200);
    receiver.oauth.revokeAll();
    expect((await ask('/protected', { method: 'POST', headers })).status).toBe(401);
  });

  it.each([
    [{ ...client, grant_type: 'password', username: 'u', password: 'p' }, 200],
    [{ ...client, grant_type: 'password', username: 'u', password: 'no' }, 400],
    [{ ...client, client_secret: 'no', grant_type: 'client_credentials' }, 401],
    [{ ...client, grant_type: 'implicit' }, 400],
  ])('answers %j with %s', async (form, status) => {
    expect((await token(form)).status).toBe(status);
  });
});

describe('the plain receiver', () => {
  it('answers what it is told to, and then takes everything', async () => {
    receiver.plain.answerNext({ status: 429, headers: { 'retry-after': '3' } }, 'reset');
    expect((await ask('/cb', { method: 'POST', body: 'x' })).headers.get('retry-after')).toBe('3');
    await expect(ask('/cb', { method: 'POST', body: 'y' })).rejects.toThrow('fetch failed');
    expect((await ask('/cb', { method: 'POST', body: 'z' })).status).toBe(200);
    expect(receiver.server.callsTo('/cb').map(({ body }) => body.toString())).toEqual(['x', 'y', 'z']);
  });
});
