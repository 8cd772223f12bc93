import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';

import type { OdkForm } from './forms.js';
import { type Misbehaviour, writePage } from './misbehaviour.js';
import { answerPage } from './odata.js';
import {
  missingParameters,
  noApiVersion,
  notAcceptable,
  notAllowed,
  notAuthenticated,
  notFound,
  type Problem,
  ProblemError,
  wrongApiVersion,
  wrongType,
} from './problems.js';

const TLS = new URL('../../data/odk/tls/', import.meta.url);

/** The authority of the certificate that a fake with `tls` shows. */
export const ODK_CA_FILE = fileURLToPath(new URL('ca.crt.pem', TLS));

export interface OdkUser {
  readonly email: string;
  readonly password: string;
  readonly role: 'viewer' | 'none';
}

export interface FakeOdkOptions {
  readonly forms?: readonly OdkForm[];
  readonly users?: readonly OdkUser[];
  /** `bare`: logs in and gives all submissions of a form, whatever else it is asked for; it knows nothing more. */
  readonly kind?: 'central' | 'bare';
  /** People log in elsewhere, and nobody with a password. */
  readonly singleSignOn?: boolean;
  readonly tls?: boolean;
  /** As behind nginx. */
  readonly gzip?: boolean;
  /** Before the version in every path. */
  readonly pathPrefix?: string;
  /** What the server takes for its own address. Default: where it is. */
  readonly domain?: string;
  readonly paging?: 'cursor' | 'skip';
}

/** A call that came in. */
export interface OdkCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly hasToken: boolean;
}

export const ODK_VIEWER: OdkUser = {
  email: 'viewer@example.org',
  password: 'Passw0rd!viewer',
  role: 'viewer',
};
export const ODK_NO_ROLE: OdkUser = {
  email: 'norole@example.org',
  password: 'Passw0rd!norole',
  role: 'none',
};

const ROUTE =
  /^\/projects\/(?<project>[^/]+)\/forms\/(?<form>[^/]+?)(?<rest>\.svc\/Submissions|\/draft\.svc\/Submissions|\/draft|\/fields)$/;

/** A stand-in for ODK Central v2026.2.2, true to what was recorded of it, that can be told to misbehave. */
export class FakeOdkCentral {
  readonly calls: OdkCall[] = [];
  /** The most calls that were being answered at the same time. */
  inFlightMax = 0;
  private inFlight = 0;
  private pages = 0;
  private readonly sessions = new Map<string, OdkUser>();
  private readonly planned = new Map<number, Misbehaviour>();

  private constructor(
    private readonly options: FakeOdkOptions,
    private readonly server: Server,
  ) {}

  static async start(options: FakeOdkOptions = {}): Promise<FakeOdkCentral> {
    const listener: RequestListener = (request, response) => void fake.answer(request, response);
    const fake: FakeOdkCentral = new FakeOdkCentral(options, serverOf(options, listener));
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  /** Its base URL. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    const { tls = false, pathPrefix = '' } = this.options;
    return `${tls ? 'https' : 'http'}://localhost:${String(port)}${pathPrefix}`;
  }

  get openSessions(): number {
    return this.sessions.size;
  }

  /** Tells what becomes of the n-th page of submissions that is asked for, from 1. */
  misbehave(page: number, misbehaviour: Misbehaviour): void {
    this.planned.set(page, misbehaviour);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = request;
    this.calls.push({ method, path, hasToken: request.headers.authorization !== undefined });
    this.inFlight += 1;
    this.inFlightMax = Math.max(this.inFlightMax, this.inFlight);
    response.once('close', () => (this.inFlight -= 1));
    try {
      await this.route(request, response);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      refuse(response, error.problem);
    }
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathPrefix = '' } = this.options;
    const url = new URL(request.url ?? '', this.options.domain ?? this.url);
    const api = /^\/v(?<version>\d+)(?<path>\/.*)$/.exec(url.pathname.replace(pathPrefix, ''))?.groups;
    if (api === undefined) throw new ProblemError(noApiVersion);
    const { version = '', path = '' } = api;
    if (version !== '1') throw new ProblemError(wrongApiVersion(version));
    if (path.startsWith('/sessions')) await this.session(request, response, path);
    else await this.form(request, response, url, ROUTE.exec(path)?.groups);
  }

  private async session(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.method === 'POST' && path === '/sessions') {
      if (this.options.singleSignOn === true) throw new ProblemError(notFound);
      send(response, this.logIn(request, await readText(request)));
    } else if (request.method === 'DELETE' && this.options.kind !== 'bare') {
      const token = this.tokenOf(request);
      const named = decodeURIComponent(path.slice('/sessions/'.length));
      this.sessions.delete(named === 'current' ? token : named);
      send(response, { success: true });
    } else {
      this.tokenOf(request);
      throw new ProblemError(notFound);
    }
  }

  private logIn(request: IncomingMessage, body: string): object {
    const isJson = request.headers['content-type']?.startsWith('application/json') === true;
    const got = isJson ? (JSON.parse(body) as Readonly<Record<string, string>>) : {};
    const { email, password } = got;
    if (email === undefined || password === undefined) throw new ProblemError(missingParameters(got));
    const user = (this.options.users ?? [ODK_VIEWER, ODK_NO_ROLE]).find(
      (one) => one.email === email.toLowerCase() && one.password === password,
    );
    if (user === undefined) throw new ProblemError(notAuthenticated);
    const token = `${randomBytes(31).toString('hex')}$!`;
    this.sessions.set(token, user);
    const now = Date.now();
    return {
      token,
      csrf: randomBytes(32).toString('hex'),
      expiresAt: new Date(now + 86_400_000).toISOString(),
      createdAt: new Date(now).toISOString(),
    };
  }

  private async form(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    route: Readonly<Record<string, string>> | undefined,
  ): Promise<void> {
    if (route === undefined) throw new ProblemError(notFound);
    const { project = '', form: formId = '', rest = '' } = route;
    const misbehaviour = rest.endsWith('Submissions') ? this.planned.get((this.pages += 1)) : undefined;
    if (misbehaviour === 'expire') this.sessions.clear();
    const user = this.sessions.get(this.tokenOf(request));
    if (!/^\d+$/.test(project)) throw new ProblemError(wrongType(project, 'integer'));
    const form = this.options.forms?.find(
      (one) => one.projectId === Number(project) && one.formId === decodeURIComponent(formId),
    );
    const isDraft = rest.startsWith('/draft');
    if (form === undefined || isDraft !== (form.state === 'draft only')) throw new ProblemError(notFound);
    if (user?.role !== 'viewer') throw new ProblemError(notAllowed);
    if (rest === '/draft') send(response, { xmlFormId: form.formId, publishedAt: null });
    else if (rest !== '/fields') await this.submissions(request, response, url, form, misbehaviour);
    else if (this.options.kind === 'bare') throw new ProblemError(notFound);
    else send(response, form.fields);
  }

  private async submissions(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    form: OdkForm,
    misbehaviour: Misbehaviour | undefined,
  ): Promise<void> {
    const { accept = '*/*' } = request.headers;
    if (!/json|\*\/\*/.test(accept)) throw new ProblemError(notAcceptable(accept));
    if (misbehaviour === 'reset') response.destroy();
    else if (misbehaviour === 'html') sendHtml(response, 200);
    else if (typeof misbehaviour === 'object')
      sendHtml(response, misbehaviour.error, misbehaviour.retryAfter);
    else {
      const asked = new URL(url);
      if (this.options.kind === 'bare') asked.search = '?$expand=*';
      if (misbehaviour === 'purge')
        asked.searchParams.set('$skiptoken', `01${btoa('{"instanceId":"uuid:gone"}')}`);
      const { domain = this.url.slice(0, -this.prefixLength || undefined), paging = 'cursor' } = this.options;
      const page = answerPage(form, asked, { domain, paging });
      const ends = misbehaviour === 'purge' || misbehaviour === 'expire' ? undefined : misbehaviour;
      await writePage(response, this.sinkOf(response), page, ends);
    }
  }

  private get prefixLength(): number {
    return this.options.pathPrefix?.length ?? 0;
  }

  private sinkOf(response: ServerResponse): NodeJS.WritableStream {
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'OData-Version': '4.0' };
    if (this.options.gzip !== true) return response.writeHead(200, headers);
    const gzip = createGzip();
    gzip.pipe(response.writeHead(200, { ...headers, 'Content-Encoding': 'gzip' }));
    return gzip;
  }

  private tokenOf(request: IncomingMessage): string {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || !this.sessions.has(token)) throw new ProblemError(notAuthenticated);
    return token;
  }
}

function serverOf({ tls }: FakeOdkOptions, listener: RequestListener): Server {
  if (tls !== true) return createServer(listener);
  const [cert, key] = ['server.crt.pem', 'server.key.pem'].map((name) => readFileSync(new URL(name, TLS)));
  return createTlsServer({ cert, key }, listener);
}

function refuse(response: ServerResponse, { status, answer }: Problem): void {
  send(response, answer, status);
}

function send(response: ServerResponse, answer: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(answer));
}

/** What nginx answers in the place of a server that it cannot reach. */
function sendHtml(response: ServerResponse, status: number, retryAfter?: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/html',
    ...(retryAfter === undefined ? {} : { 'Retry-After': retryAfter }),
  });
  response.end('<html><head><title>Please wait</title></head><body>nginx</body></html>');
}
