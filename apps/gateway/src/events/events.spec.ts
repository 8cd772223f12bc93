import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

import { RangeStore, SteeringStore } from '@mts/store';
import { until } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
let reader: string;
let operator: string;
let stranger: string;
beforeAll(async () => {
  gateway = await GatewayFixture.start({
    env: { MTS_CALLERS: 'api-key', MTS_EVENT_STREAMS_PER_CALLER_MAX: '3' },
  });
  reader = await gateway.apiKey('registry', 'submit', 'read');
  operator = await gateway.apiKey('operator', 'operate');
  stranger = await gateway.apiKey('stranger', 'read');
});
afterAll(async () => gateway.stop());

/** Server-sent events as they come, and whether the stream has ended. */
class Events {
  text = '';
  isOver = false;

  private constructor(readonly answer: IncomingMessage) {
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => (this.text += chunk));
    answer.once('close', () => (this.isOver = true));
  }

  static async open(path: string, headers: Record<string, string> = {}): Promise<Events> {
    const [answer] = (await once(get(`${gateway.url}${path}`, { headers }), 'response')) as [IncomingMessage];
    return new Events(answer);
  }

  /** The data of the progress events, in their order. */
  get progress(): Record<string, unknown>[] {
    return Array.from(
      this.text.matchAll(/^event: progress\nid: .+\ndata: (.+)$/gm),
      ([, data]) => JSON.parse(data ?? '') as Record<string, unknown>,
    );
  }

  get lastId(): string {
    return Array.from(this.text.matchAll(/^id: (.+)$/gm), ([, id]) => id ?? '').at(-1) ?? '';
  }

  close(): void {
    this.answer.destroy();
  }
}

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

async function submit(count: number): Promise<string> {
  const authdata = Array.from({ length: count }, (_, n) => person(n));
  const { body } = await supertest(gateway.url)
    .post('/authtoken/json')
    .set(bearer(reader))
    .send(requestBody({ ...DOWNLOAD, authdata }));
  return (body as { response: { request_identifier: string } }).response.request_identifier;
}

async function follow(id: string, key = reader, headers: Record<string, string> = {}): Promise<Events> {
  return Events.open(`/authtoken/requests/${id}/events`, { ...bearer(key), ...headers });
}

async function ticketFor(id: string, key = reader): Promise<{ ticket: string; expiresAt: string }> {
  const { body } = await supertest(gateway.url)
    .post(`/authtoken/requests/${id}/events/ticket`)
    .set(bearer(key));
  return (body as { response: { ticket: string; expiresAt: string } }).response;
}

async function withTicket(id: string, ticket: string): Promise<Events> {
  return Events.open(`/authtoken/requests/${id}/events?ticket=${ticket}`);
}

describe('the events of a request', () => {
  it('tell how it stands, each change of it, and its end; then the stream ends', async () => {
    const id = await submit(2);
    const events = await follow(id);
    expect(events.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    await until(() => events.progress.length === 1);
    await gateway.process(id, () => ({ token: 't' }));
    await until(() => events.isOver);
    expect(events.text).toMatch(/^retry: \d+\n\n/);
    const [first, last] = [events.progress[0], events.progress.at(-1)];
    expect(first).toMatchObject({ id, state: 'submitted', total: 2, done: 0 });
    expect(last).toMatchObject({ id, state: 'processed', total: 2, done: 2 });
    for (const value of Object.values(person(0))) expect(events.text).not.toContain(value);
  });

  it('of one that has ended are one, and none for who has seen that', async () => {
    const id = await submit(1);
    await gateway.process(id, () => ({ token: 't' }));
    const events = await follow(id);
    await until(() => events.isOver);
    expect(events.progress).toHaveLength(1);
    const again = await follow(id, reader, { 'last-event-id': events.lastId });
    expect(again.answer.statusCode).toBe(204);
    again.close();
  });

  it('say that it is erased', async () => {
    const id = await submit(1);
    const events = await follow(id);
    await until(() => events.progress.length === 1);
    await new SteeringStore(gateway.database, gateway.requests).erase(id);
    await until(() => events.isOver);
    expect(events.text).toContain('event: erased\n');
  });

  it('cost one query a second, however many follow', async () => {
    const id = await submit(1);
    const streams = await Promise.all([follow(id), follow(id), follow(id)]);
    await until(() => streams.every((stream) => stream.progress.length === 1));
    const lease = await new RangeStore(gateway.database).take(id, 0);
    if (lease === undefined) throw new Error('no work');
    await until(() => streams.every((stream) => stream.progress.length === 2));
    expect(new Set(streams.map((stream) => stream.lastId)).size).toBe(1);
    for (const stream of streams) stream.close();
  });

  it('are given to so many of one caller, and a place is free again when a stream is closed', async () => {
    const id = await submit(1);
    const streams: Events[] = [];
    for (let n = 0; n < 3; n += 1) streams.push(await until(async () => opened(await follow(id))));
    expect((await follow(id)).answer.statusCode).toBe(429);
    streams.pop()?.close();
    streams.push(await until(async () => opened(await follow(id))));
    for (const stream of streams) stream.close();
  });
});

/** A place that was given back a moment ago may not be free yet. */
function opened(events: Events): Events | undefined {
  if (events.answer.statusCode === 200) return events;
  events.close();
  return undefined;
}

describe('a ticket', () => {
  it('opens the events of its request once, without a header, and stands in no log', async () => {
    const id = await submit(1);
    const { ticket, expiresAt } = await ticketFor(id);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    const events = await withTicket(id, ticket);
    await until(() => events.progress.length === 1);
    events.close();
    const again = await withTicket(id, ticket);
    expect(again.answer.statusCode).toBe(401);
    again.close();
    const rows = await gateway.database.query<{ hash: Buffer }>('SELECT hash FROM event_ticket');
    expect(JSON.stringify(rows)).not.toContain(ticket);
    expect(gateway.logLines.join('')).not.toContain(ticket);
  });

  it('of another request, of yesterday, or of nobody opens nothing', async () => {
    const [id, other] = [await submit(1), await submit(1)];
    const { ticket } = await ticketFor(other);
    const old = await ticketFor(id);
    await gateway.database.query(
      `UPDATE event_ticket SET expires_at = now() - interval '1 second' WHERE request_id = $1`,
      [id],
    );
    for (const one of [ticket, old.ticket, 'x', '', 'a&ticket=b']) {
      const events = await withTicket(id, one);
      expect(events.answer.statusCode).toBe(401);
      events.close();
    }
  });

  it('is not used up by HEAD, which opens no stream', async () => {
    const id = await submit(1);
    const { ticket } = await ticketFor(id);
    const api = supertest(gateway.url);
    const path = `/authtoken/requests/${id}/events`;
    expect((await api.head(`${path}?ticket=${ticket}`)).status).toBe(401);
    const { status, headers } = await api.head(path).set(bearer(operator));
    expect([status, headers['allow']]).toEqual([405, 'GET']);
    const events = await withTicket(id, ticket);
    expect(events.answer.statusCode).toBe(200);
    events.close();
  });

  it('opens no other address', async () => {
    const id = await submit(1);
    const { ticket } = await ticketFor(id);
    const { status } = await supertest(gateway.url).get(`/authtoken/requests/${id}?ticket=${ticket}`);
    expect(status).toBe(401);
  });

  it('can be had by an operator, and not by a stranger', async () => {
    const id = await submit(1);
    const events = await withTicket(id, (await ticketFor(id, operator)).ticket);
    await until(() => events.progress.length === 1);
    events.close();
    const { status } = await supertest(gateway.url)
      .post(`/authtoken/requests/${id}/events/ticket`)
      .set(bearer(stranger));
    expect(status).toBe(404);
  });
});

describe('who may see and steer a request', () => {
  const STEERED = [
    ['get', ''],
    ['post', '/pause'],
    ['post', '/resume'],
    ['post', '/cancel'],
    ['post', '/retry'],
    ['delete', ''],
  ] as const;

  it('is its caller and operators; for anybody else there is none', async () => {
    const id = await submit(1);
    for (const [method, path] of STEERED) {
      const call = supertest(gateway.url)[method](`/authtoken/requests/${id}${path}`);
      const { status } = await call.set(bearer(stranger));
      expect([method, path, status]).toEqual([method, path, 404]);
    }
    const events = await follow(id, stranger);
    expect(events.answer.statusCode).toBe(404);
    events.close();
    const steered = await supertest(gateway.url)
      .post(`/authtoken/requests/${id}/pause`)
      .set(bearer(operator));
    expect(steered.status).toBe(200);
  });

  it('in the list are its caller and operators, who may choose whose', async () => {
    const id = await submit(1);
    const listed = async (key: string, query = ''): Promise<string[]> => {
      const { body } = await supertest(gateway.url)
        .get(`/authtoken/requests?limit=200${query}`)
        .set(bearer(key));
      return (body as { response: { requests: { id: string; owner: string }[] } }).response.requests.map(
        (one) => one.id,
      );
    };
    const { body } = await supertest(gateway.url).get(`/authtoken/requests/${id}`).set(bearer(operator));
    const owner = encodeURIComponent((body as { response: { owner: string } }).response.owner);
    expect(await listed(reader)).toContain(id);
    expect(await listed(operator)).toContain(id);
    expect(await listed(operator, `&owner=${owner}`)).toContain(id);
    expect(await listed(operator, '&owner=nobody')).toEqual([]);
    expect(await listed(stranger)).toEqual([]);
    expect(await listed(stranger, `&owner=${owner}`)).toEqual([]);
  });

  it('learns the id that the caller gave it only as its caller', async () => {
    const authdata = [person(1)];
    const handedIn = await supertest(gateway.url)
      .post('/authtoken/json')
      .set(bearer(reader))
      .send(requestBody({ ...DOWNLOAD, authdata, correlationId: 'family 7' }));
    const id = (handedIn.body as { response: { request_identifier: string } }).response.request_identifier;
    const seenBy = async (key: string): Promise<unknown> => {
      const { body } = await supertest(gateway.url).get(`/authtoken/requests/${id}`).set(bearer(key));
      return (body as { response: { correlationId: unknown } }).response.correlationId;
    };
    expect([await seenBy(reader), await seenBy(operator)]).toEqual(['family 7', null]);
  });
});

it('streams end when the gateway stops', async () => {
  const other = await GatewayFixture.start();
  const { body } = await supertest(other.url)
    .post('/authtoken/json')
    .send(requestBody({ ...DOWNLOAD, authdata: [person(1)] }));
  const id = (body as { response: { request_identifier: string } }).response.request_identifier;
  const request = get(`${other.url}/authtoken/requests/${id}/events`);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  await Promise.all([once(answer, 'end'), other.stop()]);
  expect(answer.complete).toBe(true);
});
