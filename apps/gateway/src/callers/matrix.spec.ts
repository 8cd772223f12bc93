import { type Role, ROLES } from '@mts/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

/** A request that a path names: seen by its owner alone, or by whoever operates the service too. */
type Sight = 'own' | 'operated';

interface Entry {
  readonly roles: readonly Role[];
  readonly sight?: Sight;
  /** Clients of the original use it, which send no credentials. */
  readonly isOriginal?: boolean;
}

const ORIGINAL = { isOriginal: true };
const OWN = { roles: ['read'], sight: 'own' } as const;
const OPERATED = { roles: ['read', 'operate'], sight: 'operated' } as const;
const ADMIN = { roles: ['admin'] } as const;

/** Every route that is not for everybody. A route that is missing here fails, and so does one that is not served. */
const CLOSED: Readonly<Record<string, Entry>> = {
  'POST /authtoken/json': { roles: ['submit'], ...ORIGINAL },
  'POST /authtoken/csv': { roles: ['submit'], ...ORIGINAL },
  'POST /authtoken/odk': { roles: ['submit'], ...ORIGINAL },
  'POST /authtoken/preview': { roles: ['submit'] },
  'GET /authtoken/status/:id': { ...OPERATED, ...ORIGINAL },
  'GET /authtoken/file/:id': { ...OWN, ...ORIGINAL },
  'GET /authtoken/authfields': { roles: ROLES, ...ORIGINAL },
  'GET /authtoken/sameperson/:id': OWN,
  'GET /authtoken/requests/:id/results': OWN,
  'GET /authtoken/requests/:id/duplicates': OWN,
  'POST /authtoken/requests/:id/ack': OWN,
  'POST /authtoken/resume/:id': OPERATED,
  'GET /authtoken/requests': { roles: ['read', 'operate'] },
  'GET /authtoken/requests/:id': OPERATED,
  'GET /authtoken/requests/:id/events': OPERATED,
  'POST /authtoken/requests/:id/events/ticket': OPERATED,
  'POST /authtoken/requests/:id/pause': OPERATED,
  'POST /authtoken/requests/:id/resume': OPERATED,
  'POST /authtoken/requests/:id/retry': OPERATED,
  'POST /authtoken/requests/:id/redeliver': OPERATED,
  'POST /authtoken/requests/:id/cancel': OPERATED,
  'DELETE /authtoken/requests/:id': OPERATED,
  'POST /authtoken/preflight': { roles: ['operate', 'admin'] },
  'POST /authtoken/admin/api-keys': ADMIN,
  'GET /authtoken/admin/api-keys': ADMIN,
  'DELETE /authtoken/admin/api-keys/:id': ADMIN,
};
const PUBLIC = ['GET /ping', 'GET /health', 'GET /health/live', 'GET /health/ready'];
/** The description of the API, as @nestjs/swagger serves it. */
const DESCRIPTION = /^GET \/(?:docs|openapi\.json)(?:\/|$)/;

const routesWith = (wanted: (entry: Entry, route: string) => boolean): string[] =>
  Object.keys(CLOSED).filter((route) => wanted(CLOSED[route] ?? { roles: [] }, route));
const withRequest = routesWith(({ sight }) => sight !== undefined);
const operated = routesWith(({ sight }) => sight === 'operated');

const UNKNOWN_ID = '0c1ed88a-7ff4-49db-a546-862cc8ebe111';

let gateway: GatewayFixture;
/** One caller for each role, and two with all of them. */
const keys = new Map<string, string>();
beforeAll(async () => {
  gateway = await GatewayFixture.start({ preflightPatienceMs: 0, env: { MTS_CALLERS: 'api-key' } });
  for (const role of ROLES) keys.set(role, await gateway.apiKey(role, role));
  keys.set('owner', await gateway.apiKey('owner', ...ROLES));
  keys.set('stranger', await gateway.apiKey('stranger', 'submit', 'read', 'admin'));
});
afterAll(async () => gateway.stop());

interface Call {
  readonly caller?: string;
  readonly id?: string;
  readonly body?: object;
  readonly on?: GatewayFixture;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

async function call(route: string, { caller, id = UNKNOWN_ID, body, on = gateway }: Call): Promise<Answer> {
  const [method = '', pattern = ''] = route.split(' ');
  const key = caller === undefined ? undefined : keys.get(caller);
  const response = await fetch(`${on.url}${pattern.replace(':id', id)}`, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const headers = Object.fromEntries(response.headers);
  // Events have no end.
  const isStream = headers['content-type']?.startsWith('text/event-stream') ?? false;
  if (isStream) await response.body?.cancel();
  return { status: response.status, headers, text: isStream ? '' : await response.text() };
}

/** What an answer tells, without what the moment alone makes different. */
function told({ status, headers, text }: Answer): unknown {
  const { date: _date, ...others } = headers;
  return { status, headers: others, text: text.replace(/"responsetime":"[^"]*"/, '') };
}

async function requestOf(caller: string): Promise<string> {
  const body = requestBody({ ...DOWNLOAD, authdata: [person(1)] });
  const { text } = await call('POST /authtoken/json', { caller, body });
  return (JSON.parse(text) as { response: { request_identifier: string } }).response.request_identifier;
}

it('has an entry for every route that is served, and for no other', () => {
  // HEAD stands beside each GET and runs the same handler.
  const served = gateway.routes.filter((route) => !route.startsWith('HEAD ') && !DESCRIPTION.test(route));
  expect(served.toSorted()).toEqual([...Object.keys(CLOSED), ...PUBLIC].toSorted());
});

it.each(PUBLIC)('%s answers anybody', async (route) => {
  expect((await call(route, {})).status).toBe(200);
});

describe.each(Object.entries(CLOSED))('%s', (route, { roles }) => {
  it('answers nobody who does not say who calls', async () => {
    const { status, headers, text } = await call(route, {});
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="mosip-token-seeder"']);
    expect(text).toContain('send an API key as `Authorization: Bearer …` or `X-API-Key: …`');
  });

  it.each(ROLES)('with the role %s alone is open or closed as the role says', async (role) => {
    const { status, text } = await call(route, { caller: role });
    expect(status).not.toBe(401);
    const namesTheRole = text.includes(`for the role ${roles.join(' or ')}"`);
    const isClosed = !roles.includes(role);
    expect([status === 403, namesTheRole]).toEqual([isClosed, isClosed]);
  });
});

describe.each(withRequest)('%s of a request', (route) => {
  it('is there for its owner', async () => {
    const { status } = await call(route, { caller: 'owner', id: await requestOf('owner') });
    expect([401, 403, 404, 500]).not.toContain(status);
  });

  it('answers another caller just as for a request that there is not', async () => {
    const others = await call(route, { caller: 'stranger', id: await requestOf('owner') });
    expect([others.status, others.text]).toEqual([404, expect.stringContaining('ATS-REQ-016')]);
    for (const id of [UNKNOWN_ID, 'x']) {
      expect(told(await call(route, { caller: 'stranger', id }))).toEqual(told(others));
    }
  });

  it('asks who calls before it looks for it', async () => {
    expect((await call(route, { id: await requestOf('owner') })).status).toBe(401);
  });
});

it.each(operated)('%s of a request is there for whoever operates the service', async (route) => {
  const { status } = await call(route, { caller: 'operate', id: await requestOf('owner') });
  expect([401, 403, 404, 500]).not.toContain(status);
});

it.each(routesWith((_entry, route) => route.startsWith('GET ')))(
  '%s is closed to HEAD alike',
  async (route) => {
    expect((await call(route.replace('GET', 'HEAD'), {})).status).toBe(401);
  },
);

it('shows whoever operates the service all requests, and others their own alone', async () => {
  const id = await requestOf('owner');
  const listed = async (caller: string): Promise<boolean> =>
    (await call('GET /authtoken/requests', { caller })).text.includes(id);
  expect([await listed('owner'), await listed('stranger')]).toEqual([true, false]);
});

describe('where everybody is let in', () => {
  it('every route is open to whoever is on this machine', async () => {
    const on = await GatewayFixture.start({ preflightPatienceMs: 0 });
    for (const route of Object.keys(CLOSED)) {
      const { status } = await call(route, { on });
      expect([route, [401, 403].includes(status)]).toEqual([route, false]);
    }
    await on.stop();
  });
});

describe('where networks are trusted', () => {
  it('whoever calls from one finds the routes of the original, and no other', async () => {
    const env = { MTS_CALLERS: 'trusted-network', MTS_TRUSTED_NETWORKS: '127.0.0.0/8=local-client' };
    const on = await GatewayFixture.start({ preflightPatienceMs: 0, env });
    for (const [route, { isOriginal = false }] of Object.entries(CLOSED)) {
      const { status } = await call(route, { on });
      expect([route, status === 401]).toEqual([route, !isOriginal]);
    }
    await on.stop();
  });
});
