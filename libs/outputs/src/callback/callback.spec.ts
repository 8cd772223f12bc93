import { createHmac } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { OutboundGuard } from '@mts/platform';
import {
  CallbackReceiver,
  HTTP_ROUTE,
  JSON_ROUTE,
  type ReceivedCall,
  ReceivingServer,
  UPDATE_IDENTIFICATION,
} from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CallbackClient, CallbackFault, type CallbackLogin, type CallbackTarget } from './index.js';

const ROW =
  '{"vid": "4100000000000012", "status": "processed", "token": "T1", "errorCode": null, "errorMessage": null}';
const ODOO_ROW = '{"partner_id": 101, "id_type": "MOSIP UIN TOKEN", "value": "T1"}';

setFlagsFromString('--expose-gc');
/** What is still in memory afterwards is in use. */
const collectGarbage = runInNewContext('gc') as () => void;

let receiver: CallbackReceiver;
const opened: (() => Promise<void>)[] = [];
const clock = (): Date => new Date('2026-11-22T01:00:00Z');

beforeEach(async () => {
  receiver = await CallbackReceiver.start();
});
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
  await receiver.close();
});

function target(path: string, wish: Partial<CallbackTarget> = {}): CallbackTarget {
  return {
    url: receiver.server.url(path),
    method: 'POST',
    extraHeaders: {},
    timeoutSeconds: 10,
    inBulk: false,
    fileName: '',
    login: { kind: 'none' },
    deliver: 'all',
    ...wish,
  };
}

function client(
  of: CallbackTarget,
  { allowed = ['127.0.0.1'], idleTimeoutMs = 10_000 }: { allowed?: string[]; idleTimeoutMs?: number } = {},
): CallbackClient {
  const outbound = new OutboundGuard({ allowed }).client({ connectTimeoutMs: 2000, idleTimeoutMs });
  opened.push(async () => outbound.close());
  return new CallbackClient(of, { outbound, clock, signal: new AbortController().signal });
}

function odoo(wish: Partial<Extract<CallbackLogin, { kind: 'odoo' }>> = {}): CallbackLogin {
  return {
    kind: 'odoo',
    authUrl: receiver.server.url('/web/session/authenticate'),
    database: 'openg2pdb',
    username: 'mts',
    password: 'secret',
    extraHeaders: {},
    ...wish,
  };
}

function oauth(wish: Partial<Extract<CallbackLogin, { kind: 'oauth' }>> = {}): CallbackLogin {
  return {
    kind: 'oauth',
    authUrl: receiver.server.url('/oauth/token'),
    clientId: 'cid',
    clientSecret: 'csec',
    extraHeaders: {},
    ...wish,
  };
}

async function* pieces(...texts: string[]): AsyncIterable<string> {
  yield* texts;
}

async function faultOf(sending: Promise<void>): Promise<CallbackFault> {
  const fault: unknown = await sending.then(
    () => 'delivered',
    (error: unknown) => error,
  );
  if (!(fault instanceof CallbackFault)) throw new Error('no CallbackFault', { cause: fault });
  return fault;
}

function onlyCall(path: string): ReceivedCall {
  const [call, ...others] = receiver.server.callsTo(path);
  if (call === undefined || others.length > 0) throw new Error(`not one call to ${path}`);
  return call;
}

describe('what is sent', () => {
  it('is one JSON object per record, with its length and type as the original sends them', async () => {
    await client(target('/cb')).sendRow('m1', ROW);
    const call = onlyCall('/cb');
    expect(call.method).toBe('POST');
    expect(call.body.toString()).toBe(ROW);
    expect(call.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(ROW.length),
    });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const)(
    'goes out by %s with its body',
    async (method) => {
      await client(target('/cb', { method })).sendRow('m1', ROW);
      const call = onlyCall('/cb');
      expect([call.method, call.body.toString()]).toEqual([method, ROW]);
    },
  );

  it('is one array of all rows, joined as the original joins them, and an empty one of none', async () => {
    await client(target('/cb')).sendRows('m1', () => pieces(ROW, ROW));
    await client(target('/cb')).sendRows('m1', () => pieces());
    expect(receiver.server.callsTo('/cb').map(({ body }) => body.toString())).toEqual([
      `[${ROW}, ${ROW}]`,
      '[]',
    ]);
  });

  it('is a form with one part, named like the file, without a type of its own and with LF line ends', async () => {
    const csv = 'vid,status,token,errorCode,errorMessage\r\n4100000000000012,processed,T1,,\r\n';
    await client(target('/cb', { fileName: 'result.csv' })).sendFile('m1', () => pieces(csv));
    const { headers, body } = onlyCall('/cb');
    const [, boundary = ''] =
      /^multipart\/form-data; boundary=([0-9a-f]{32})$/.exec(headers['content-type'] ?? '') ?? [];
    expect(body.toString()).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="result.csv"; filename="result.csv"\r\n\r\n` +
        'vid,status,token,errorCode,errorMessage\n4100000000000012,processed,T1,,\n' +
        `\r\n--${boundary}--\r\n`,
    );
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers['transfer-encoding']).toBeUndefined();
  });

  it('keeps a file name that would end its header inside it', async () => {
    await client(target('/cb', { fileName: 'a"\r\nX: y' })).sendFile('m1', () => pieces('x'));
    expect(onlyCall('/cb').body.toString()).toContain(
      'name="a%22%0D%0AX: y"; filename="a%22%0D%0AX: y"\r\n\r\nx',
    );
  });

  it('goes out with the method, the token and the headers of the caller, which win', async () => {
    const login = { kind: 'staticBearer', token: 'tok-1' } as const;
    await client(target('/cb', { login, method: 'PUT', extraHeaders: { 'X-Extra': '1' } })).sendRow(
      'm1',
      ROW,
    );
    await client(target('/cb', { login, extraHeaders: { Authorization: 'Basic zzz' } })).sendRow('m2', ROW);
    const [first, second] = receiver.server.callsTo('/cb');
    expect(first?.method).toBe('PUT');
    expect(first?.headers).toMatchObject({ authorization: 'Bearer tok-1', 'x-extra': '1' });
    expect(second?.headers.authorization).toBe('Basic zzz');
  });

  it('has its length although it is larger than memory is given for, and is read twice for that', async () => {
    let readings = 0;
    const row = JSON.stringify('x'.repeat(1000));
    await client(target('/cb')).sendRows('m1', async function* () {
      readings += 1;
      for (let i = 0; i < 3000; i += 1) yield row;
    });
    const { headers, body } = onlyCall('/cb');
    expect(readings).toBe(2);
    expect(headers['content-length']).toBe(String(body.length));
    expect(JSON.parse(body.toString())).toHaveLength(3000);
  });

  it('is sent at flat memory, however large', async () => {
    const piece = 'x'.repeat(64 * 1024);
    const keptBytes: number[] = [];
    const sink = await ReceivingServer.start(() => ({ status: 200 }), 'forget the bodies');
    opened.push(async () => sink.close());
    const of = { ...target('/cb'), url: sink.url('/cb') };
    await client(of).sendFile('m1', async function* () {
      for (let i = 0; i < 1200; i += 1) {
        yield piece;
        if (i % 200 !== 0) continue;
        collectGarbage();
        keptBytes.push(process.memoryUsage().arrayBuffers);
      }
    });
    expect(Number(sink.calls[0]?.headers['content-length'])).toBeGreaterThan(75_000_000);
    expect(Math.max(...keptBytes) - Math.min(...keptBytes)).toBeLessThan(45_000_000);
  });

  it('is never taken for whole when a large body comes out otherwise the second time', async () => {
    let readings = 0;
    const sending = client(target('/cb')).sendRows('m1', async function* () {
      readings += 1;
      for (let i = 0; i < 3000; i += 1) yield JSON.stringify(`${String(readings)}${'x'.repeat(1000)}`);
    });
    await expect(faultOf(sending)).resolves.toMatchObject({ effect: 'final', code: 'MTS-DLV-110' });
    expect(receiver.server.callsTo('/cb')).toEqual([]);
  });

  it('is signed after Standard Webhooks 1.0.0, over the very bytes, with an id that stays', async () => {
    const key = Buffer.alloc(24, 7);
    const signingSecret = `whsec_${key.toString('base64')}`;
    const one = client(target('/cb', { signingSecret, extraHeaders: { 'webhook-id': 'forged' } }));
    await one.sendRow('r_1', ROW);
    await one.sendRows('r', () => pieces(ROW, ROW));
    for (const { headers, body } of receiver.server.callsTo('/cb')) {
      const [id, timestamp] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])];
      const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${expected}`);
      expect(timestamp).toBe('1795309200');
      expect(['r', 'r_1']).toContain(id);
    }
  });
});

describe('an Odoo receiver', () => {
  it('is logged in to once by POST, sent every record with its cookies, and logged out of', async () => {
    const one = client(
      target(UPDATE_IDENTIFICATION, { method: 'PATCH', login: odoo({ extraHeaders: { 'X-O': '1' } }) }),
    );
    await one.sendRow('m1', ODOO_ROW);
    await one.sendRow('m2', ODOO_ROW.replace('101', '103'));
    await one.close();
    expect(receiver.server.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /web/session/authenticate',
      `PATCH ${UPDATE_IDENTIFICATION}`,
      `PATCH ${UPDATE_IDENTIFICATION}`,
      'GET /web/session/logout',
    ]);
    const [logIn, patch, , logOut] = receiver.server.calls;
    expect(String(logIn?.body)).toBe(
      '{"jsonrpc": "2.0", "params": {"db": "openg2pdb", "login": "mts", "password": "secret"}}',
    );
    expect(patch?.headers.cookie).toMatch(/^session_id=[0-9a-f]{40}; frontend_lang=en_US$/);
    expect([logIn?.headers['x-o'], patch?.headers['x-o'], logOut?.headers['x-o']]).toEqual([
      '1',
      undefined,
      '1',
    ]);
    expect(receiver.odoo.identifications.map(({ partner_id }) => partner_id)).toEqual([101, 103]);
    expect(receiver.odoo.openSessions).toBe(0);
  });

  it.each([15, 17] as const)('of version %s with a wrong password is sent no record', async (version) => {
    await receiver.close();
    receiver = await CallbackReceiver.start({ odoo: { version } });
    const one = client(
      target(UPDATE_IDENTIFICATION, { method: 'PATCH', login: odoo({ password: 'wrong' }) }),
    );
    const fault = await faultOf(one.sendRow('m1', ODOO_ROW));
    expect(fault).toMatchObject({ effect: 'final', code: 'MTS-DLV-101' });
    expect(fault.message).toMatch(/odoo\.exceptions\.AccessDenied/);
    expect(receiver.server.callsTo(UPDATE_IDENTIFICATION)).toEqual([]);
    await expect(faultOf(one.sendRows('m2', () => pieces(ODOO_ROW)))).resolves.toMatchObject({
      effect: 'final',
    });
    expect(receiver.server.callsTo(UPDATE_IDENTIFICATION)).toEqual([]);
  });

  it('that asks for a second factor is sent no record', async () => {
    await receiver.close();
    receiver = await CallbackReceiver.start({ odoo: { hasSecondFactor: true } });
    const one = client(target(UPDATE_IDENTIFICATION, { method: 'PATCH', login: odoo() }));
    await expect(faultOf(one.sendRow('m1', ODOO_ROW))).resolves.toMatchObject({ code: 'MTS-DLV-101' });
    expect(receiver.server.calls).toHaveLength(1);
  });

  it('whose database is not there is waited for by 15 and given up with 17, which tell it apart', async () => {
    const wrong = odoo({ database: 'other' });
    await expect(faultOf(client(target('/cb', { login: wrong })).sendRow('m1', ROW))).resolves.toMatchObject({
      effect: 'final',
    });
    await receiver.close();
    receiver = await CallbackReceiver.start({ odoo: { version: 15 } });
    const of15 = odoo({ database: 'other' });
    await expect(faultOf(client(target('/cb', { login: of15 })).sendRow('m1', ROW))).resolves.toMatchObject({
      effect: 'busy',
    });
  });

  it.each([
    ['401', UPDATE_IDENTIFICATION, 'PATCH', ODOO_ROW],
    ['a redirect to its log-in page', HTTP_ROUTE, 'POST', ROW],
    ['an error of JSON-RPC within 200', JSON_ROUTE, 'POST', '{"jsonrpc": "2.0", "params": {}}'],
  ] as const)(
    'whose session is over, by %s, is logged in to once more and sent the record again',
    async (_how, path, method, row) => {
      const one = client(target(path, { method, login: odoo() }));
      await one.sendRow('m1', row);
      receiver.odoo.endSessions();
      await one.sendRow('m2', row);
      expect(receiver.server.callsTo('/web/session/authenticate')).toHaveLength(2);
      expect(receiver.server.callsTo(path)).toHaveLength(3);
    },
  );

  it('that still knows nobody after the second log-in has failed for good', async () => {
    receiver.plain.answerNext({ status: 303, headers: { location: '/web/login' } }, { status: 401 });
    const fault = await faultOf(client(target('/cb', { login: odoo() })).sendRow('m1', ROW));
    expect(fault).toMatchObject({ effect: 'final', code: 'MTS-DLV-108' });
    expect(receiver.server.callsTo('/cb')).toHaveLength(2);
  });

  it('is asked to refuse one record alone by its 400, and by an error of its own within 200', async () => {
    const one = client(target(UPDATE_IDENTIFICATION, { method: 'PATCH', login: odoo() }));
    await expect(faultOf(one.sendRow('m1', '{"partner_id": "x"}'))).resolves.toMatchObject({
      effect: 'refused',
      code: 'MTS-DLV-105',
    });
    const two = client(target(JSON_ROUTE, { login: odoo() }));
    await expect(faultOf(two.sendRow('m1', '{}'))).resolves.toMatchObject({
      effect: 'refused',
      code: 'MTS-DLV-107',
    });
  });
});

describe('an OAuth receiver', () => {
  it.each(['jwt', 'opaque'] as const)(
    'takes %s tokens of client credentials, whatever their length',
    async (tokens) => {
      await receiver.close();
      receiver = await CallbackReceiver.start({ oauth: { tokens } });
      for (const id of ['m1', 'm2', 'm3', 'm4']) {
        await client(target('/protected', { login: oauth({ extraHeaders: { 'X-A': 'b' } }) })).sendRow(
          id,
          ROW,
        );
      }
      const [first] = receiver.server.callsTo('/oauth/token');
      expect(String(first?.body)).toBe('client_id=cid&grant_type=client_credentials&client_secret=csec');
      expect(first?.headers).toMatchObject({
        'x-a': 'b',
        'content-type': 'application/x-www-form-urlencoded',
      });
      expect(receiver.server.callsTo('/protected')).toHaveLength(4);
    },
  );

  it('takes the token of a user name and password', async () => {
    await client(target('/protected', { login: oauth({ username: 'u', password: 'p' }) })).sendRow('m1', ROW);
    expect(String(onlyCall('/oauth/token').body)).toBe(
      'username=u&grant_type=password&password=p&client_id=cid&client_secret=csec',
    );
  });

  it('is asked for one token for all records, for another once it is refused, and once it is over', async () => {
    const one = client(target('/protected', { login: oauth() }));
    await one.sendRow('m1', ROW);
    await one.sendRow('m2', ROW);
    expect(receiver.oauth.tokensGiven).toBe(1);
    receiver.oauth.revokeAll();
    await one.sendRow('m3', ROW);
    expect(receiver.oauth.tokensGiven).toBe(2);

    await receiver.close();
    receiver = await CallbackReceiver.start({ oauth: { expiresInSeconds: 1 } });
    const two = client(target('/protected', { login: oauth() }));
    await two.sendRow('m1', ROW);
    await two.sendRow('m2', ROW);
    expect(receiver.oauth.tokensGiven).toBe(2);
  });

  it.each([
    ['a wrong secret', { clientSecret: 'no' }, /invalid_client/],
    ['a wrong password', { username: 'u', password: 'no' }, /invalid_grant/],
  ] as const)('that refuses %s is sent no record', async (_what, wish, text) => {
    const fault = await faultOf(client(target('/protected', { login: oauth(wish) })).sendRow('m1', ROW));
    expect(fault).toMatchObject({ effect: 'final', code: 'MTS-DLV-101' });
    expect(fault.message).toMatch(text);
    expect(receiver.server.callsTo('/protected')).toEqual([]);
  });

  it('whose token endpoint has a fault is waited for; one that is a page has failed for good', async () => {
    const at = (path: string) => ({ login: oauth({ authUrl: receiver.server.url(path) }) });
    receiver.plain.answerNext({ status: 503, headers: { 'retry-after': '7' } });
    await expect(faultOf(client(target('/protected', at('/cb'))).sendRow('m1', ROW))).resolves.toMatchObject({
      effect: 'busy',
      retryAfterMs: 7000,
    });
    receiver.plain.answerNext('reset');
    await expect(faultOf(client(target('/protected', at('/cb'))).sendRow('m1', ROW))).resolves.toMatchObject({
      effect: 'busy',
      code: 'MTS-DLV-102',
    });
    await expect(
      faultOf(client(target('/protected', at('/web/login'))).sendRow('m1', ROW)),
    ).resolves.toMatchObject({
      effect: 'final',
    });
  });
});

describe('an answer', () => {
  it.each([
    [{ status: 500 }, 'later', 'MTS-DLV-104'],
    [{ status: 503 }, 'busy', 'MTS-DLV-104'],
    [{ status: 429, headers: { 'retry-after': '120' } }, 'busy', 'MTS-DLV-104'],
    [{ status: 302, headers: { location: '/cb-redirected' } }, 'final', 'MTS-DLV-106'],
    [{ status: 400 }, 'refused', 'MTS-DLV-105'],
    [{ status: 404 }, 'refused', 'MTS-DLV-105'],
    [{ status: 405 }, 'final', 'MTS-DLV-105'],
    [{ status: 410 }, 'final', 'MTS-DLV-105'],
    [{ status: 401 }, 'final', 'MTS-DLV-108'],
    ['reset', 'busy', 'MTS-DLV-102'],
  ] as const)('%j means %s', async (reply, effect, code) => {
    receiver.plain.answerNext(reply);
    const fault = await faultOf(client(target('/cb')).sendRow('m1', ROW));
    expect(fault).toMatchObject({ effect, code });
    expect(receiver.server.calls).toHaveLength(1);
  });

  it('says how long to wait, in seconds or by a date', async () => {
    receiver.plain.answerNext(
      { status: 429, headers: { 'retry-after': '120' } },
      { status: 503, headers: { 'retry-after': 'Sun, 22 Nov 2026 01:01:00 GMT' } },
    );
    const one = client(target('/cb'));
    await expect(faultOf(one.sendRow('m1', ROW))).resolves.toMatchObject({ retryAfterMs: 120_000 });
    await expect(faultOf(one.sendRow('m1', ROW))).resolves.toMatchObject({ retryAfterMs: 60_000 });
  });

  it('that does not come in time is a fault that passes', async () => {
    receiver.plain.answerNext('hang');
    const fault = await faultOf(client(target('/cb'), { idleTimeoutMs: 500 }).sendRow('m1', ROW));
    expect(fault).toMatchObject({ effect: 'later', code: 'MTS-DLV-103' });
  });

  it('is success with 2xx, also with an empty error, and with more text than is read', async () => {
    receiver.plain.answerNext(
      { status: 204 },
      { status: 200, body: '{"error": null}' },
      { status: 201, body: 'x'.repeat(2_000_000) },
    );
    const one = client(target('/cb'));
    await one.sendRow('m1', ROW);
    await one.sendRow('m2', ROW);
    await one.sendRow('m3', ROW);
    expect(receiver.server.callsTo('/cb')).toHaveLength(3);
  });

  it('never gets into the text of a fault, nor do addresses and secrets', async () => {
    receiver.plain.answerNext({ status: 400, body: 'no such person 4100000000000012' });
    const login = { kind: 'staticBearer', token: 'tok-1' } as const;
    const fault = await faultOf(client(target('/cb?person=4100000000000012', { login })).sendRow('m1', ROW));
    expect(JSON.stringify([fault.message, fault.stack, fault.cause ?? null])).not.toMatch(
      /4100000000|tok-1|\/cb/,
    );
  });
});

it('nothing is sent to an address that is closed to callers', async () => {
  const fault = await faultOf(client(target('/cb'), { allowed: [] }).sendRow('m1', ROW));
  expect(fault).toMatchObject({ effect: 'final', code: 'MTS-DLV-109' });
  expect(receiver.server.calls).toEqual([]);
});
