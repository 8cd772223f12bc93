import { randomBytes } from 'node:crypto';

import type { OutboundClient } from '@mts/platform';

import { faultIn } from './answer.js';
import { fileForm, jsonArray, jsonBody, measured, type Pieces } from './bodies.js';
import { CallbackFault } from './fault.js';
import { HardEnd, longestCallMs } from './hard-end.js';
import { OAuthSession } from './oauth-session.js';
import { OdooSession } from './odoo-session.js';
import { fixedSession, type Session } from './session.js';
import { signingKey, WebhookSigner } from './signature.js';
import type { CallbackTarget, Headers } from './target.js';
import { type Answer, type Body, type Call, call } from './wire.js';

/** What a delivery is made with. */
export interface CallbackParts {
  readonly outbound: OutboundClient;
  readonly clock: () => Date;
  /** Aborted when the delivery is to stop: calls then reject with its reason. */
  readonly signal: AbortSignal;
  /** Sent with every call, as the header Correlation-Id; ASCII. */
  readonly correlationId?: string | undefined;
}

/** How long something may take. */
interface Time {
  readonly signal: AbortSignal;
  readonly onTaken: NonNullable<Call['onTaken']>;
}

/**
 * Sends rows to one receiver, call by call, in one session: never a row before a log-in has succeeded, and at most one
 * new log-in for each call. Every method resolves when the receiver has taken what was sent.
 */
export class CallbackClient {
  private readonly session: Session;
  private readonly key: Buffer | undefined;

  constructor(
    private readonly target: CallbackTarget,
    private readonly parts: CallbackParts,
  ) {
    this.session = sessionOf(target, parts);
    this.key = target.signingSecret === undefined ? undefined : signingKey(target.signingSecret);
  }

  /** One row. @param id the same whenever this row is sent again @throws CallbackFault */
  async sendRow(id: string, json: string): Promise<void> {
    const body = jsonBody(json);
    const signer = this.signer(id);
    signer?.update(Buffer.from(json));
    await this.send('application/json', body, signer);
  }

  /** All rows, each as its JSON text, in one array. @throws CallbackFault */
  async sendRows(id: string, rows: Pieces): Promise<void> {
    await this.sendPieces(id, 'application/json', jsonArray(rows));
  }

  /** A file in a form. @throws CallbackFault */
  async sendFile(id: string, file: Pieces): Promise<void> {
    const boundary = randomBytes(16).toString('hex');
    const form = fileForm(file, this.target.fileName, boundary);
    await this.sendPieces(id, `multipart/form-data; boundary=${boundary}`, form);
  }

  /** Ends the session. @throws CallbackFault when the receiver does not answer */
  async close(): Promise<void> {
    await this.inTime(async ({ signal }) => this.session.end(signal));
  }

  private async sendPieces(id: string, contentType: string, pieces: Pieces): Promise<void> {
    // Before the body is read: a wrong password makes all that work vain.
    await this.inTime(async ({ signal }) => this.sessionHeaders(signal));
    const signer = this.signer(id);
    const body = await measured(pieces, (bytes) => signer?.update(bytes));
    await this.send(contentType, body, signer);
  }

  private async send(contentType: string, body: Body, signer: WebhookSigner | undefined): Promise<void> {
    const message = { 'content-type': contentType, 'content-length': String(body.sizeBytes) };
    const signature = signer?.headers() ?? {};
    const answer = await this.inTime(async (time) => {
      const first = await this.exchange(message, body, signature, time);
      return this.session.isOver(first) ? this.exchange(message, body, signature, time) : first;
    });
    const fault = faultIn(answer, this.parts.clock());
    if (fault !== undefined) throw fault;
  }

  private async exchange(message: Headers, body: Body, signature: Headers, time: Time): Promise<Answer> {
    const { url, method, extraHeaders } = this.target;
    const { correlationId, outbound } = this.parts;
    const { signal, onTaken } = time;
    const correlation = correlationId === undefined ? {} : { 'correlation-id': correlationId };
    const ours = { accept: '*/*', ...message, ...correlation, ...(await this.sessionHeaders(signal)) };
    const headers = { ...ours, ...lowerCased(extraHeaders), ...signature };
    const answer = await call(outbound, { method, url, headers, body, onTaken }, signal);
    this.session.note(answer);
    return answer;
  }

  /** Without a session nothing can be sent at all. */
  private async sessionHeaders(signal: AbortSignal): Promise<Headers> {
    try {
      return await this.session.headers(signal);
    } catch (error) {
      throw error instanceof CallbackFault ? error.forAll() : error;
    }
  }

  private async inTime<T>(work: (time: Time) => Promise<T>): Promise<T> {
    const end = new HardEnd(longestCallMs(this.target));
    const signal = AbortSignal.any([this.parts.signal, end.signal]);
    try {
      return await work({
        signal,
        onTaken: (bytes) => {
          end.extend(bytes);
        },
      });
    } finally {
      end.clear();
    }
  }

  private signer(id: string): WebhookSigner | undefined {
    return this.key && new WebhookSigner(this.key, id, this.parts.clock());
  }
}

function sessionOf({ login, timeoutSeconds }: CallbackTarget, { outbound, clock }: CallbackParts): Session {
  if (login.kind === 'odoo') return new OdooSession(login, outbound, clock);
  if (login.kind === 'oauth') return new OAuthSession(login, outbound.fetch, timeoutSeconds, clock);
  return fixedSession(login.kind === 'none' ? {} : { authorization: `Bearer ${login.token}` });
}

function lowerCased(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
