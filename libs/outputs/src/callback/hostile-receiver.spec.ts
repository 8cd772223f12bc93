import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { OutboundGuard } from '@mts/platform';
import { CallbackReceiver } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CallbackClient, CallbackFault, type CallbackLogin, type CallbackTarget } from './index.js';

const ROW = '{"vid": "4100000000000012", "status": "processed", "token": "T1"}';

let receiver: CallbackReceiver;
const opened: (() => Promise<void>)[] = [];

beforeEach(async () => {
  receiver = await CallbackReceiver.start();
});
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
  await receiver.close();
});

function client(wish: Partial<CallbackTarget> = {}): CallbackClient {
  const target: CallbackTarget = {
    url: receiver.server.url('/cb'),
    method: 'POST',
    extraHeaders: {},
    timeoutSeconds: 0.5,
    inBulk: false,
    fileName: '',
    login: { kind: 'none' },
    deliver: 'all',
    ...wish,
  };
  const limits = { connectTimeoutMs: 10_000, idleTimeoutMs: 10_000 };
  const outbound = new OutboundGuard({ allowed: ['127.0.0.1'] }).client(limits);
  opened.push(async () => outbound.close());
  const { signal } = new AbortController();
  return new CallbackClient(target, { outbound, clock: () => new Date(), signal });
}

function login(kind: 'odoo' | 'oauth'): CallbackLogin {
  const common = { authUrl: receiver.server.url('/cb-login'), extraHeaders: {} };
  return kind === 'odoo'
    ? { kind, ...common, database: 'openg2pdb', username: 'mts', password: 'secret' }
    : { kind, ...common, clientId: 'cid', clientSecret: 'csec' };
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

describe('an answer that drips for ever', () => {
  it.each([
    ['one row', async (one: CallbackClient) => one.sendRow('m1', ROW)],
    ['all rows', async (one: CallbackClient) => one.sendRows('m1', () => pieces(ROW))],
  ] as const)('to %s is a fault that passes', async (_what, send) => {
    receiver.plain.answerNext('drip');
    await expect(faultOf(send(client()))).resolves.toMatchObject({ effect: 'later', code: 'MTS-DLV-103' });
  });

  it.each(['odoo', 'oauth'] as const)('to a log-in of %s is one too, and nothing is sent', async (kind) => {
    receiver.plain.answerNext('drip');
    const fault = await faultOf(client({ login: login(kind) }).sendRow('m1', ROW));
    expect(fault).toMatchObject({ effect: 'busy', code: 'MTS-DLV-103' });
    expect(receiver.server.callsTo('/cb')).toEqual([]);
  });
});

it('a receiver that takes a large body ever so slowly has not answered in time', async () => {
  const greedy = createServer((request) => {
    // Never idle, and never at the end.
    setInterval(() => request.read(1024), 100).unref();
  });
  greedy.listen(0, '127.0.0.1');
  await once(greedy, 'listening');
  opened.push(async () => {
    greedy.closeAllConnections();
    greedy.close();
    await once(greedy, 'close');
  });
  const url = `http://127.0.0.1:${String((greedy.address() as AddressInfo).port)}/cb`;
  const sending = client({ url }).sendFile('m1', async function* () {
    for (let i = 0; i < 1000; i += 1) yield 'x'.repeat(64 * 1024);
  });
  await expect(faultOf(sending)).resolves.toMatchObject({ effect: 'later', code: 'MTS-DLV-103' });
});

describe('words of a receiver that are none of the known ones', () => {
  it.each([
    'VID_4100000000000012_T1',
    'odoo.addons.registry.VID_4100000000000012',
    'psycopg2.errors.V4100000000000012',
  ])('are not repeated: %s as the name of an error', async (name) => {
    const body = JSON.stringify({ jsonrpc: '2.0', error: { code: 200, data: { name } } });
    receiver.plain.answerNext({ status: 200, body }, { status: 200, body });
    const sent = await faultOf(client().sendRow('m1', ROW));
    const atLogIn = await faultOf(client({ login: login('odoo') }).sendRow('m1', ROW));
    expect(sent.code).toBe('MTS-DLV-107');
    expect(sent.message).toMatch(/an error of JSON-RPC$/);
    expect(atLogIn.message).not.toContain('4100000000000012');
  });

  it('are not repeated as an OAuth error', async () => {
    const headers = { 'content-type': 'application/json' };
    receiver.plain.answerNext({ status: 400, headers, body: '{"error": "csec"}' });
    const fault = await faultOf(client({ login: login('oauth') }).sendRow('m1', ROW));
    expect(fault.message).toBe('the receiver of the callback refuses the log-in: HTTP 400');
  });
});
