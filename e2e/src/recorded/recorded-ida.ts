import {
  constants,
  createDecipheriv,
  createHash,
  createPrivateKey,
  type KeyObject,
  type JsonWebKey,
  privateDecrypt,
} from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { idaVectorPath } from '@mts/testing';

import type { RecordedCase, RecordedIdaRequest } from './recorded-case.js';

/** What was asked about a person. */
export interface Asked {
  readonly individualId: string;
  /** Without the fields that the person has not. */
  readonly demographics: object;
}

/** What a seeder sends, as far as it is read here. */
interface Call {
  readonly individualId: string;
  /** Only the preflight has it: its number belongs to nobody. */
  readonly individualIdType?: string;
  readonly requestSessionKey: string;
  readonly request: string;
  readonly requestHMAC: string;
}

/** About a person of whom nothing is to be answered yet. */
interface Hold {
  readonly holders: Set<symbol>;
  readonly waiting: (() => void)[];
}

type Answer = Pick<RecordedIdaRequest, 'status' | 'answer' | 'connection'>;

const NOBODY: Answer = { status: 200, answer: refusalOf('IDA-MLC-002', 'Invalid UIN') };

/** Stands in for IDA: answers about each number as IDA did in the recording, and notes what was in the envelope. */
export class RecordedIda {
  /** What was asked and not taken by {@link claim}, in order. */
  readonly asked: Asked[] = [];
  private readonly answers = new Map<string, Answer>();
  private readonly key: KeyObject;
  private readonly held = new Map<string, Hold>();

  private constructor(
    private readonly server: Server,
    cases: readonly RecordedCase[],
  ) {
    const jwk = JSON.parse(
      readFileSync(idaVectorPath('keys/ida-partner.key.jwk.json'), 'utf8'),
    ) as JsonWebKey;
    this.key = createPrivateKey({ key: jwk, format: 'jwk' });
    for (const { idaRequests } of cases)
      for (const request of idaRequests) this.answers.set(request.individualId, request);
  }

  static async start(cases: readonly RecordedCase[]): Promise<RecordedIda> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ida = new RecordedIda(server, cases);
    server.on('request', (request, response) => void ida.serve(request, response));
    return ida;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/idauthentication/v1/auth`;
  }

  /** Answers nothing about this number until the returned function is called, by all who hold it. */
  hold(individualId: string): () => void {
    const held = this.held.get(individualId) ?? { holders: new Set<symbol>(), waiting: [] };
    this.held.set(individualId, held);
    const holder = Symbol(individualId);
    held.holders.add(holder);
    return () => {
      held.holders.delete(holder);
      if (held.holders.size === 0) for (const answer of held.waiting.splice(0)) answer();
    };
  }

  /**
   * Takes away one call for each of these; calls that are alike are not told apart, whichever case has made them.
   * @returns those for which there is none
   */
  claim(expected: readonly Asked[]): readonly Asked[] {
    return expected.filter((one) => {
      const at = this.asked.findIndex((asked) => isSame(asked, one));
      if (at !== -1) this.asked.splice(at, 1);
      return at === -1;
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = JSON.parse(Buffer.concat(chunks).toString()) as Call;
    if (call.individualIdType !== undefined) {
      send(response, NOBODY);
      return;
    }
    this.asked.push({ individualId: call.individualId, demographics: this.open(call) });
    const answer = this.answers.get(call.individualId) ?? tokenAnswer(call.individualId);
    const held = this.held.get(call.individualId);
    if (held !== undefined && held.holders.size > 0) held.waiting.push(() => send(response, answer));
    else send(response, answer);
  }

  /** The decryption of keymanager 1.2.0.1: `CryptoCore.asymmetricDecrypt`, `CryptoCore.symmetricDecrypt`. */
  private open(call: Call): object {
    const sessionKey = privateDecrypt(
      { key: this.key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      Buffer.from(call.requestSessionKey, 'base64url'),
    );
    const text = decrypt(sessionKey, call.request);
    const digest = createHash('sha256').update(text).digest('hex').toUpperCase();
    if (decrypt(sessionKey, call.requestHMAC) !== digest)
      throw new Error('requestHMAC is not of the request');
    return (JSON.parse(text) as { demographics: object }).demographics;
  }
}

/** The token for a number that stands in no recorded call. */
export function tokenOf(individualId: string): string {
  return `29${individualId.padStart(34, '3')}`;
}

function isSame(one: Asked, other: Asked): boolean {
  return canonical(one) === canonical(other);
}

/** The order of keys is of no meaning; nor is the case of a name, which we send in lower case (see MTS's client of IDA). */
function canonical({ individualId, demographics }: Asked): string {
  const fields = Object.entries(demographics).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([individualId, fields.map(([name, value]) => [name, comparable(name, value)])]);
}

function comparable(field: string, value: unknown): string {
  const text = JSON.stringify(value);
  return field === 'name' ? text.toLowerCase() : text;
}

const TAG_BYTES = 16;
const IV_BYTES = 16;

/** `ciphertext | tag | IV`, AES-256-GCM. */
function decrypt(key: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const end = bytes.length - TAG_BYTES - IV_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(end + TAG_BYTES));
  decipher.setAuthTag(bytes.subarray(end, end + TAG_BYTES));
  return decipher.update(bytes.subarray(0, end), undefined, 'utf8') + decipher.final('utf8');
}

function tokenAnswer(individualId: string): Answer {
  const response = { authStatus: true, authToken: tokenOf(individualId) };
  return { status: 200, answer: { id: 'mosip.identity.auth', version: '1.0', response, errors: null } };
}

function refusalOf(errorCode: string, errorMessage: string): object {
  return {
    id: 'mosip.identity.auth',
    version: '1.0',
    response: { authStatus: false, authToken: null },
    errors: [{ errorCode, errorMessage }],
  };
}

function send(response: ServerResponse, { status = 200, answer = '', connection }: Answer): void {
  if (connection === 'reset') {
    response.destroy();
    return;
  }
  const isJson = typeof answer === 'object';
  response.writeHead(status, { 'content-type': isJson ? 'application/json' : 'text/html' });
  response.end(
    isJson
      ? JSON.stringify({ ...answer, transactionID: '0991755898', responseTime: new Date().toISOString() })
      : answer,
  );
}
