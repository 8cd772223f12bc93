import type { RequestListener } from 'node:http';
import { createSecureContext, getCACertificates, setDefaultCACertificates } from 'node:tls';

import { fetch as undiciFetch } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';

import type { OutboundClient } from './client.js';
import { guardedAgent } from './connections.js';
import { ForbiddenAddressError } from './errors.js';
import { OutboundGuard, type Resolve } from './guard.js';
import { newAuthority } from './spec-support/certificates.js';
import { serve, type TestServer } from './spec-support/servers.js';

const LIMITS = { connectTimeoutMs: 5_000, idleTimeoutMs: 5_000 };
const LOOPBACK = [{ address: '127.0.0.1', family: 4 }];

const answerFine: RequestListener = (_request, response) => response.end('fine');

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map(async (cleanup) => cleanup()));
});

async function started(...serving: Parameters<typeof serve>): Promise<TestServer> {
  const server = await serve(...serving);
  cleanups.push(server.stop);
  return server;
}

function clientOf(
  guard: OutboundGuard,
  options: { caPem?: string; connectionsMax?: number } = {},
): OutboundClient {
  const client = guard.client({ ...LIMITS, ...options });
  cleanups.push(client.close);
  return client;
}

/** A name server that gives another answer each time, the last one for ever. */
function changing(...answers: (readonly { address: string; family: number }[])[]): Resolve {
  let asked = 0;
  return async () => answers[Math.min(asked++, answers.length - 1)] ?? [];
}

describe('a connection on the word of a caller', () => {
  it('is refused when the name has come to mean a private address since it was checked', async () => {
    const server = await started((_request, response) => response.end('secret'));
    const listed = [{ address: '192.0.2.1', family: 4 }];
    const guard = new OutboundGuard({ allowed: ['192.0.2.0/24'] }, changing(listed, LOOPBACK));
    const url = `http://rebinding.example.org:${server.port}/`;

    expect(await guard.resolvedProblemOf(url)).toBeUndefined();
    await expect(clientOf(guard).fetch(url)).rejects.toThrow(ForbiddenAddressError);
    expect(server.connections()).toBe(0);
  });

  it('is refused to a literal address too, which is connected to without any lookup', async () => {
    const server = await started((_request, response) => response.end('secret'));
    const check = {
      problemOfTarget: () => 'is closed',
      problemOfAddresses: () => undefined,
      resolve: async () => LOOPBACK,
    };
    const limits = { ...LIMITS, connectionsMax: 1, secureContext: createSecureContext() };
    const dispatcher = guardedAgent(check, limits);
    cleanups.push(async () => dispatcher.destroy());

    const call = undiciFetch(`http://127.0.0.1:${server.port}/`, { dispatcher });
    await expect(call).rejects.toMatchObject({ cause: new ForbiddenAddressError('is closed') });
    expect(server.connections()).toBe(0);
  });

  it('is refused when one of several addresses is forbidden, in whatever order they come', async () => {
    const server = await started((_request, response) => response.end('secret'));
    const listed = { address: '127.0.0.2', family: 4 };
    for (const answer of [
      [listed, ...LOOPBACK],
      [...LOOPBACK, listed],
    ]) {
      const client = clientOf(new OutboundGuard({ allowed: ['127.0.0.2'] }, async () => answer));
      await expect(client.http.get(`http://half.example.org:${server.port}/`)).rejects.toThrow(
        ForbiddenAddressError,
      );
    }
    expect(server.connections()).toBe(0);
  });

  it('is not made for a redirect, which is an answer like any other', async () => {
    const inner = await started((_request, response) => response.end('secret'));
    const location = `http://127.0.0.1:${inner.port}/`;
    const outer = await started((_request, response) => response.writeHead(302, { location }).end());
    const client = clientOf(new OutboundGuard({ allowed: [`127.0.0.1:${outer.port}`] }));
    const url = `http://127.0.0.1:${outer.port}/`;

    const answer = await client.fetch(url, { redirect: 'follow' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, location]);
    await expect(client.http.get(url, { maxRedirects: 5 })).rejects.toMatchObject({
      response: { status: 302 },
    });
    await expect(client.fetch(location)).rejects.toThrow(ForbiddenAddressError);
    expect(inner.connections()).toBe(0);
  });

  it('is used again for the same host, and a new one is checked anew', async () => {
    const server = await started((request, response) => {
      if (request.url === '/last') response.setHeader('connection', 'close');
      response.end('fine');
    });
    const forbidden = [{ address: '127.0.0.3', family: 4 }];
    const guard = new OutboundGuard({ allowed: ['127.0.0.1'] }, changing(LOOPBACK, forbidden));
    const { fetch } = clientOf(guard, { connectionsMax: 1 });
    const origin = `http://pooled.example.org:${server.port}`;

    for (const path of ['/first', '/second', '/last'])
      expect(await (await fetch(origin + path)).text()).toBe('fine');
    expect(server.connections()).toBe(1);
    await expect(fetch(`${origin}/next`)).rejects.toThrow(ForbiddenAddressError);
  });

  it('goes to the host of the address alone, whatever Host header is asked for', async () => {
    const server = await started((request, response) => response.end(request.headers.host));
    const { fetch, http } = clientOf(new OutboundGuard({ allowed: ['127.0.0.1'] }));
    const url = `http://127.0.0.1:${server.port}/`;
    const headers = { Host: 'vault.internal' };

    expect(await (await fetch(url, { headers })).text()).toBe(`127.0.0.1:${server.port}`);
    expect((await http.get<string>(url, { headers })).data).toBe(`127.0.0.1:${server.port}`);
  });

  it('takes no way round through a proxy that the environment names', async () => {
    const proxy = await started((_request, response) => response.end('proxy'));
    const server = await started((_request, response) => response.end('server'));
    const before = { ...process.env };
    const proxyUrl = `http://127.0.0.1:${proxy.port}`;
    Object.assign(process.env, { HTTP_PROXY: proxyUrl, http_proxy: proxyUrl, NODE_USE_ENV_PROXY: '1' });
    const { http } = clientOf(new OutboundGuard({ allowed: ['127.0.0.1'] }));
    try {
      expect((await http.get<string>(`http://127.0.0.1:${server.port}/`)).data).toBe('server');
    } finally {
      process.env = before;
    }
  });
});

describe('a connection over TLS', () => {
  const authority = newAuthority('Authority of a ministry');
  const keys = authority.issueFor('odk.example.org');
  const guard = new OutboundGuard({ allowed: ['*.example.org'] }, async () => LOOPBACK);

  it('trusts an own authority that the client is given', async () => {
    const server = await started(answerFine, keys);
    const { http } = clientOf(guard, { caPem: authority.caPem });
    expect((await http.get<string>(`https://odk.example.org:${server.port}/`)).data).toBe('fine');
  });

  it('trusts what Node trusts beside an own authority', async () => {
    const server = await started(answerFine, keys);
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, authority.caPem]);
    const { http } = clientOf(guard, { caPem: newAuthority('Another').caPem });
    setDefaultCACertificates(trusted);
    expect((await http.get<string>(`https://odk.example.org:${server.port}/`)).data).toBe('fine');
  });

  it.each([
    ['no own authority is given', 'odk', undefined, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['another authority is given', 'odk', newAuthority('Another').caPem, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['the certificate is for another host', 'other', authority.caPem, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('is refused when %s', async (_case, host, caPem, code) => {
    const server = await started(answerFine, keys);
    const { fetch } = clientOf(guard, caPem === undefined ? {} : { caPem });
    await expect(fetch(`https://${host}.example.org:${server.port}/`)).rejects.toMatchObject({
      cause: { code },
    });
  });

  it.each(['', 'no PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'is never tried with an authority that is no certificate: %j',
    (caPem) => {
      expect(() => clientOf(guard, { caPem })).toThrow('caPem must hold one or more certificates in PEM');
    },
  );
});
