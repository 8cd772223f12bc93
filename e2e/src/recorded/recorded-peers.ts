import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import type { PeerRequest } from './recorded-case.js';

/** Origins of the recording, of what a caller of the original named in its requests. */
const RECORDED_ORIGIN = '127.0.0.1:27091';
const RECORDED_TLS_ORIGIN = 'localhost:27443';

/** Set by HTTP libraries, and of no meaning to who receives them. */
const MEANINGLESS_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'connection',
  'content-length',
  'host',
  'sec-fetch-mode',
  'transfer-encoding',
  'user-agent',
]);

/** A key and a certificate for localhost, PEM. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

interface PeerAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: object | string;
}

/**
 * Stands in for everybody a request can name: ODK Central, the receiver of a callback, Odoo and an OAuth server. One for
 * each case, so that what it notes is of that case alone.
 */
export class RecordedPeers {
  readonly received: PeerRequest[] = [];

  private constructor(
    private readonly plain: Server,
    private readonly tls: Server,
  ) {}

  static async start(identity: TlsIdentity): Promise<RecordedPeers> {
    const [plain, tls] = [createServer(), createTlsServer(identity)];
    const peers = new RecordedPeers(plain, tls);
    plain.on('request', (request, response) => void peers.serve('', request, response));
    tls.on('request', (request, response) => {
      void peers.serve(`https://${RECORDED_TLS_ORIGIN}`, request, response);
    });
    plain.listen(0, '127.0.0.1');
    tls.listen(0, 'localhost');
    await Promise.all([once(plain, 'listening'), once(tls, 'listening')]);
    return peers;
  }

  /** A text of the recording with these peers in the place of those that it names. */
  takePlaceIn(text: string): string {
    return text
      .replaceAll(RECORDED_ORIGIN, `127.0.0.1:${String(portOf(this.plain))}`)
      .replaceAll(RECORDED_TLS_ORIGIN, `localhost:${String(portOf(this.tls))}`);
  }

  async close(): Promise<void> {
    for (const server of [this.plain, this.tls]) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }

  private async serve(origin: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received = {
      method: request.method ?? '',
      url: `${origin}${request.url ?? ''}`,
      headers: meaningOf(request),
      body: Buffer.concat(chunks).toString(),
    };
    this.received.push(received);
    const { status, headers = {}, body = '' } = answerTo(request.url ?? '', received);
    response.writeHead(status, {
      'content-type': typeof body === 'object' ? 'application/json' : 'text/html',
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, Array.from([value].flat())]),
      ),
    });
    response.end(typeof body === 'object' ? JSON.stringify(body) : body);
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function meaningOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !MEANINGLESS_HEADERS.has(name))
      .map(([name, value]) => [name, String(value)]),
  );
}

function answerTo(url: string, { method, body }: PeerRequest): PeerAnswer {
  const path = new URL(url.replace(/^\/+/, '/'), 'http://peers').pathname;
  if (path.startsWith('/oauth/')) return oauthAnswer(path);
  if (path.startsWith('/web/session/')) return odooAnswer(path);
  if (path.startsWith('/v1/')) return odkAnswer(path, method, body);
  if (path === '/cb') return { status: 200, body: { ok: true } };
  if (path === '/cb500') return { status: 500, body: 'no' };
  if (path === '/cb-redirect') return { status: 302, headers: { location: '/cb-redirected' } };
  return { status: 404 };
}

const ODK_TOKEN = 'odk-token-abc';
/** ODK Central v2026.2.2: the same for a wrong password and an ended session. */
const ODK_REFUSAL = { message: 'Could not authenticate with the provided credentials.', code: 401.2 };

function odkAnswer(path: string, method: string, body: string): PeerAnswer {
  if (path.startsWith('/v1/sessions')) {
    if (method === 'DELETE') return { status: 200, body: { success: true } };
    const { password } = JSON.parse(body) as { password: string };
    if (password !== 'pw') return { status: 401, body: ODK_REFUSAL };
    const [createdAt, expiresAt] = ['2026-11-22T00:00:00.000Z', '2099-01-01T00:00:00.000Z'];
    return { status: 200, body: { token: ODK_TOKEN, csrf: 'csrf', createdAt, expiresAt } };
  }
  if (path.endsWith('/fields')) return { status: 200, body: ODK_FIELDS };
  if (path.includes('/forms/html.svc')) return { status: 200, body: '<html>not what was asked for</html>' };
  const value = path.includes('/forms/empty.svc') ? [] : ODK_SUBMISSIONS;
  return { status: 200, body: { value, '@odata.count': value.length } };
}

/** As ODK Central describes the form of these submissions. */
const ODK_FIELDS = [
  ...['vid', 'name', 'gender', 'dob', 'phoneNumber', 'emailId', 'fullAddress'].map((name) =>
    odkField(`/${name}`),
  ),
  odkField('/demo', 'structure'),
  odkField('/demo/uin'),
  odkField('/demo/full', 'structure'),
  odkField('/demo/full/first'),
  odkField('/demo/full/last'),
  odkField('/repeat', 'repeat'),
  odkField('/repeat/line'),
];

function odkField(path: string, type = 'string'): object {
  return { path, name: path.slice(path.lastIndexOf('/') + 1), type, binary: null, selectMultiple: null };
}

/** The submissions that the original received. */
const ODK_SUBMISSIONS = [
  { n: '1', vid: '4100000000000012' },
  { n: '2', vid: '4100000000000023' },
].map(({ n, vid }) => ({
  __id: `uuid:${n}`,
  __system: { submissionDate: `2022-10-1${n}T00:00:00.000Z` },
  vid,
  name: `Odk Person ${n}`,
  gender: 'male',
  dob: `1987-01-2${n}`,
  phoneNumber: null,
  emailId: null,
  fullAddress: `Odk Street ${n}`,
  demo: { uin: vid, full: { first: `F${n}`, last: `L${n}` } },
  repeat: [{ line: `A${n}` }, { line: `B${n}` }],
}));

/** Odoo 17: a wrong password is HTTP 200 too, with an error and without a cookie. */
function odooAnswer(path: string): PeerAnswer {
  if (path === '/web/session/authenticate') {
    const cookies = ['session_id=odoo-sess-123; HttpOnly; Path=/', 'frontend_lang=en_US; Path=/'];
    return {
      status: 200,
      headers: { 'set-cookie': cookies },
      body: { jsonrpc: '2.0', id: null, result: { uid: 2, db: 'db', username: 'u' } },
    };
  }
  if (path === '/web/session/logout') return { status: 303, headers: { location: '/web' } };
  const data = { name: 'odoo.exceptions.AccessDenied', message: 'Access Denied', debug: 'a traceback' };
  const error = { code: 200, message: 'Odoo Server Error', data };
  return { status: 200, body: { jsonrpc: '2.0', id: null, error } };
}

/** The tokens as the receiver of the callback got them; where the original broke off before, of the same make. */
const OAUTH_TOKENS: Readonly<Record<string, string>> = {
  '/oauth/token': 'eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDAsInBhZCI6IiJ9.sig',
  '/oauth/token-padbad': 'eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDAsInBhZCI6IngifQ.sig',
  '/oauth/token-pad3': 'eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDAsInBhZCI6Inh4In0.sig',
  '/oauth/token-opaque': 'opaque-token-1',
  '/oauth/token-expired': 'eyJhbGciOiJub25lIn0.eyJleHAiOjE2MDAwMDAwMDAsInBhZCI6IiJ9.sig',
};

function oauthAnswer(path: string): PeerAnswer {
  const token = OAUTH_TOKENS[path];
  if (token === undefined) return { status: 401, body: { error: 'invalid_client' } };
  return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 3600 } };
}
