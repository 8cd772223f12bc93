import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

import { decodeProtectedHeader, errors, type FlattenedJWSInput } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { OpenIdProvider } from '../../spec-support/openid-provider.js';
import { ProviderKeys, ProviderSilentError } from './provider-keys.js';

const [SECOND_MS, HOUR_MS] = [1_000, 3_600_000];

let provider: OpenIdProvider;
let nowMs: number;
let faults: Error[];
beforeEach(async () => {
  provider = await OpenIdProvider.start();
  nowMs = 0;
  faults = [];
});
afterEach(async () => provider.goDown());

const keysOf = (issuer: string): ProviderKeys =>
  new ProviderKeys({ issuer, onFault: (error) => faults.push(error), nowMs: () => nowMs });

/** What the token says of its key; the rest of it is of no interest here. */
async function find(keys: ProviderKeys, token: string): Promise<unknown> {
  const { alg = '', ...header } = decodeProtectedHeader(token);
  return keys.find({ ...header, alg }, {} as FlattenedJWSInput);
}

const timesAsked = (): number => provider.asked.filter((path) => path.includes('jwks')).length;

it('are used for ten minutes, then asked for again, so that one that was withdrawn ends', async () => {
  const keys = keysOf(provider.issuer);
  const old = await provider.sign({});
  await find(keys, old);
  await provider.rotate('second');
  nowMs += 599 * SECOND_MS;
  await find(keys, old);
  expect(timesAsked()).toBe(1);
  nowMs += 2 * SECOND_MS;
  await expect(find(keys, old)).rejects.toThrow(errors.JWKSNoMatchingKey);
  expect(timesAsked()).toBe(2);
});

it('are asked for at once when a token names another, and at most six times a minute', async () => {
  const keys = keysOf(provider.issuer);
  await find(keys, await provider.sign({}));
  await provider.rotate('second');
  await find(keys, await provider.sign({}));
  expect(timesAsked()).toBe(2);
  const unknown = await provider.sign({}, { kid: 'made-up' });
  for (let n = 0; n < 10; n += 1) await expect(find(keys, unknown)).rejects.toThrow(errors.JWKSNoMatchingKey);
  expect(timesAsked()).toBe(6);
  nowMs += 10 * SECOND_MS;
  await Promise.allSettled([find(keys, unknown), find(keys, unknown)]);
  expect(timesAsked()).toBe(7);
});

it('go on working for a day while the provider is down, and one that nobody has seen cannot be told', async () => {
  const keys = keysOf(provider.issuer);
  const token = await provider.sign({});
  await find(keys, token);
  await provider.goDown();
  nowMs += 23 * HOUR_MS;
  await find(keys, token);
  await expect(find(keys, await provider.sign({}, { kid: 'new' }))).rejects.toThrow(ProviderSilentError);
  nowMs += HOUR_MS + 1;
  await expect(find(keys, token)).rejects.toThrow(ProviderSilentError);
  await provider.goUp();
  await find(keys, token);
});

it('are those of the provider that was down at the start, once it is up', async () => {
  await provider.goDown();
  const keys = keysOf(provider.issuer);
  const token = await provider.sign({});
  await expect(find(keys, token)).rejects.toThrow(ProviderSilentError);
  await provider.goUp();
  await find(keys, token);
  expect(faults).toHaveLength(1);
});

/** Answers with what is no good as a provider. */
async function serving(answer: RequestListener): Promise<{ server: Server; issuer: string }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, issuer: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

it.each([
  ['calls itself otherwise', 200, { issuer: 'http://127.0.0.1:1' }, /MTS_OIDC_ISSUER/],
  ['keeps its keys where anybody can change them', 200, { jwks_uri: 'http://keys.example.org/' }, /https/],
  ['sends us elsewhere', 302, {}, /fetch failed/],
  ['has an error', 500, {}, /HTTP 500/],
  ['answers with no object', 200, 'text', /no JSON object/],
])('are not taken from one that %s', async (_title, status, metadata, fault) => {
  const { server, issuer } = await serving((_request, response) => {
    const body =
      typeof metadata === 'string' ? metadata : { issuer, jwks_uri: `${issuer}/keys`, ...metadata };
    response.writeHead(status, { location: provider.issuer }).end(JSON.stringify(body));
  });
  const keys = keysOf(issuer);
  await expect(find(keys, await provider.sign({}))).rejects.toThrow(ProviderSilentError);
  expect(faults[0]?.message).toMatch(fault);
  server.close();
});

it('are not taken from an answer without end', async () => {
  const { server, issuer } = await serving((_request, response) => {
    response.writeHead(200);
    const fill = (): void => {
      while (response.write('x'.repeat(100_000)));
    };
    response.on('drain', fill);
    fill();
  });
  await expect(find(keysOf(issuer), await provider.sign({}))).rejects.toThrow(ProviderSilentError);
  expect(faults[0]?.message).toContain('too large');
  server.closeAllConnections();
  server.close();
});
