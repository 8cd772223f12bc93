import {
  createDecipheriv,
  constants,
  createHash,
  type KeyObject,
  privateDecrypt,
  sign,
  verify,
  type X509Certificate,
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { certificate, privateKey } from './test-keys.js';

type Json = Readonly<Record<string, unknown>>;

/** What one call brought, opened with IDA's key. Written apart from @mts/crypto, so that both would have to err alike. */
export interface ReceivedCall {
  /** The one that the path names. */
  readonly kind: 'auth' | 'kyc' | 'otp';
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly outer: Json;
  /** What was sealed, and its hash; empty for `/otp`, which seals nothing. */
  readonly innerText: string;
  readonly inner: Json;
  readonly hmacText: string;
  /** The partner's signature is over exactly these bytes. */
  readonly signed: boolean;
}

export type Reply = (call: ReceivedCall, response: ServerResponse) => void;

/** A server on loopback that speaks IDA's wire and answers as it is told. */
export class StubIda {
  readonly calls: ReceivedCall[] = [];
  /** Connections that were ever opened. */
  connections = 0;
  /** The keys that it opens requests with, by the thumbprint of their certificates. */
  readonly keys = new Map([[thumbprintOf(certificate('ida-partner')), privateKey('ida-partner')]]);
  readonly #sockets = new Set<Socket>();

  private constructor(
    readonly server: Server,
    readonly scheme: 'http' | 'https',
    public reply: Reply,
    /** HTTP versions that clients offered over TLS. */
    readonly offeredProtocols: readonly string[],
  ) {}

  static async start(reply: Reply = matched(), scheme: 'http' | 'https' = 'http'): Promise<StubIda> {
    const tls = {
      key: privateKey('ida-sign').export({ format: 'pem', type: 'pkcs8' }),
      cert: certificate('ida-sign').toString(),
    };
    const offered: string[] = [];
    const alpn = {
      ALPNCallback: ({ protocols }: { protocols: string[] }) => {
        offered.push(...protocols);
        return 'http/1.1';
      },
    };
    const server = scheme === 'https' ? createTlsServer({ ...tls, ...alpn }) : createServer();
    const stub = new StubIda(server, scheme, reply, offered);
    server.on('connection', (socket: Socket) => {
      stub.connections += 1;
      stub.#sockets.add(socket);
      socket.on('close', () => stub.#sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const call = open(stub.keys, method, url, headers, Buffer.concat(chunks));
        stub.calls.push(call);
        stub.reply(call, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get authUrl(): string {
    return `${this.scheme}://${this.host}/idauthentication/v1/auth`;
  }

  get lastCall(): ReceivedCall {
    const call = this.calls.at(-1);
    if (call === undefined) throw new Error('Nothing was asked');
    return call;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

type Keys = ReadonlyMap<string, KeyObject>;

export function thumbprintOf({ raw }: X509Certificate): string {
  return createHash('sha256').update(raw).digest('base64url');
}

const partner = certificate('partner');

function open(
  keys: Keys,
  method: string,
  path: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): ReceivedCall {
  const outer = JSON.parse(body.toString('ascii')) as Json;
  const kind = kindOf(path);
  return {
    kind,
    method,
    path,
    headers,
    body,
    outer,
    ...(kind === 'otp' ? NOTHING_SEALED : unseal(keys, outer)),
    signed: isSigned(body, String(headers['signature'])),
  };
}

function kindOf(path: string): ReceivedCall['kind'] {
  const kind = /^\/idauthentication\/v1\/(auth|kyc|otp)\//.exec(path)?.[1];
  return kind === 'kyc' || kind === 'otp' ? kind : 'auth';
}

const NOTHING_SEALED = { innerText: '', inner: {}, hmacText: '' } as const;

function unseal(keys: Keys, outer: Json): Pick<ReceivedCall, 'innerText' | 'inner' | 'hmacText'> {
  const key = keys.get(String(outer['thumbprint']));
  if (key === undefined) throw new Error('Sealed for a key that IDA never had');
  const sessionKey = privateDecrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    field(outer, 'requestSessionKey'),
  );
  const inner = decrypt(sessionKey, field(outer, 'request'));
  return {
    innerText: inner.toString('latin1'),
    inner: JSON.parse(inner.toString('utf8')) as Json,
    hmacText: decrypt(sessionKey, field(outer, 'requestHMAC')).toString('ascii'),
  };
}

function isSigned(body: Buffer, jws: string): boolean {
  const [protectedHeader = '', middle, signature = ''] = jws.split('.');
  const input = Buffer.from(`${protectedHeader}.${body.toString('base64url')}`);
  return middle === '' && verify('sha256', input, partner.publicKey, Buffer.from(signature, 'base64url'));
}

function field(outer: Json, name: string): Buffer {
  return Buffer.from(String(outer[name]), 'base64url');
}

/** AES-256-GCM with ciphertext, 16 bytes of tag, 16 bytes of IV, in this order (CryptoCore, keymanager v1.2.0.1). */
function decrypt(key: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(-16));
  decipher.setAuthTag(sealed.subarray(-32, -16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -32)), decipher.final()]);
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex').toUpperCase();
}

export const TOKEN = '305948271605948372615049382716504938';

export interface AnswerParts {
  readonly response?: Json | null;
  readonly errors?: readonly unknown[] | null;
  readonly [other: string]: unknown;
}

/** What stands in `response` of a call that failed (`IdAuthExceptionHandler.frameErrorResponse`, v1.2.0.1). */
const FAILED: Readonly<Record<ReceivedCall['kind'], Json | null>> = {
  auth: { authStatus: false, authToken: null },
  kyc: { kycStatus: false, authToken: null, thumbprint: null, identity: null, sessionKey: null },
  otp: null,
};

/** An answer to the call in IDA's form, a failure unless `parts` say otherwise. */
export function answerTo(call: ReceivedCall, parts: AnswerParts): string {
  return JSON.stringify({
    transactionID: call.outer['transactionID'],
    version: '1.0',
    id: `mosip.identity.${call.kind}`,
    errors: null,
    responseTime: new Date().toISOString(),
    response: FAILED[call.kind],
    ...parts,
  });
}

export function answering(parts: AnswerParts, headers: Readonly<Record<string, string>> = {}): Reply {
  return (call, response) => void response.writeHead(200, headers).end(answerTo(call, parts));
}

export function matched(): Reply {
  return answering({ response: { authStatus: true, authToken: TOKEN } });
}

/** A failure with these errors: a code alone, or a code with its message. */
export function failing(...errors: readonly (string | readonly [code: string, message: string])[]): Reply {
  return answering({
    errors: errors.map((error) => {
      const [errorCode, errorMessage] = typeof error === 'string' ? [error, ''] : error;
      return { errorCode, errorMessage };
    }),
  });
}

/** Any status and body. */
export function http(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Reply {
  return (_call, response) => void response.writeHead(status, headers).end(body);
}

/** Takes the call and says nothing. */
export const silence: Reply = () => undefined;

/** A detached JWS over the body by IDA's signing key, as in the header `response-signature`. */
export function signatureOf(body: string): string {
  const header = { alg: 'RS256', x5c: [certificate('ida-sign').raw.toString('base64')] };
  const protectedHeader = Buffer.from(JSON.stringify(header)).toString('base64url');
  const payload = Buffer.from(body).toString('base64url');
  const signature = sign('sha256', Buffer.from(`${protectedHeader}.${payload}`), privateKey('ida-sign'));
  return `${protectedHeader}..${signature.toString('base64url')}`;
}
