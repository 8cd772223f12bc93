import { CATALOGUE, type ErrorCode } from '@mts/domain';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

interface Content {
  readonly schema: Record<string, unknown>;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Operation {
  readonly security?: unknown;
  readonly 'x-roles'?: readonly string[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly headers?: Readonly<Record<string, unknown>>;
        readonly content?: Readonly<Record<string, Content>>;
      }
    >
  >;
}
interface OpenApiDocument {
  readonly openapi: string;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Not known, not allowed, too often. */
const STRANGERS_STATUSES = ['401', '403', '429'];

let gateway: GatewayFixture;
let document: OpenApiDocument;
let ajv: Ajv2020;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
  document = (await supertest(gateway.url).get('/openapi.json')).body as OpenApiDocument;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, 'document');
});
afterAll(async () => gateway.stop());

/** What does not fit a schema of the document. */
function misfits(schema: Record<string, unknown>, value: unknown): string {
  const resolved = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object;
  ajv.validate(resolved, value);
  return ajv.errorsText();
}

function operations(): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );
}

function answerSchema(route: string, status: number): Record<string, unknown> {
  const operation = operations().find(([name]) => name === route)?.[1];
  const schema = operation?.responses[status]?.content?.['application/json']?.schema;
  if (schema === undefined) throw new Error(`${route} does not document ${String(status)}`);
  return schema;
}

function headersOf(route: string, status: string): string[] {
  const operation = operations().find(([name]) => name === route)?.[1];
  return Object.keys(operation?.responses[status]?.headers ?? {}).toSorted();
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toBe('3.1.0');
    const { valid, errors } = await new Validator().validate(document as unknown as Record<string, unknown>);
    expect([valid, errors]).toEqual([true, undefined]);
  });

  it('has every route', () => {
    const served = gateway.routes
      .filter((route) => !/^HEAD |\/(?:docs|openapi\.json)(?:\/|$)/.test(route))
      .map((route) => route.replaceAll(/:(\w+)/g, '{$1}').replace(/^\S+/, (method) => method.toLowerCase()));
    expect(
      operations()
        .map(([route]) => route)
        .toSorted(),
    ).toEqual(served.toSorted());
  });

  it('has the statuses of every route', () => {
    const statuses = Object.fromEntries(
      operations().map(([route, { responses }]) => [
        route,
        Object.keys(responses)
          .filter((status) => !STRANGERS_STATUSES.includes(status))
          .join(' '),
      ]),
    );
    expect(statuses).toEqual({
      'post /authtoken/json': '200 202 400 409 413 415 422 500 503',
      'post /authtoken/csv': '200 400 409 413 415 422 500 503',
      'post /authtoken/odk': '200 400 409 413 415 422 500 503',
      'post /authtoken/preview': '200 400 413 415 422 500 503',
      'get /authtoken/status/{id}': '200 404 500 503',
      'post /authtoken/resume/{id}': '200 404 500 503',
      'get /authtoken/file/{id}': '200 202 304 400 404 406 409 500 503',
      'get /authtoken/sameperson/{id}': '200 202 400 404 500 503',
      'get /authtoken/requests': '200 400 500 503',
      'get /authtoken/requests/{id}': '200 404 500 503',
      'get /authtoken/requests/{id}/events': '200 404 500 503',
      'post /authtoken/requests/{id}/events/ticket': '200 404 500 503',
      'get /authtoken/requests/{id}/results': '200 202 304 400 404 406 409 500 503',
      'get /authtoken/requests/{id}/duplicates': '200 202 400 404 500 503',
      'post /authtoken/requests/{id}/ack': '200 202 404 500 503',
      'post /authtoken/requests/{id}/cancel': '200 404 409 500 503',
      'post /authtoken/requests/{id}/pause': '200 404 409 500 503',
      'post /authtoken/requests/{id}/resume': '200 400 404 409 500 503',
      'post /authtoken/requests/{id}/retry': '200 400 404 409 413 415 422 500 503',
      'post /authtoken/requests/{id}/redeliver': '200 202 400 404 409 413 415 422 500 503',
      'delete /authtoken/requests/{id}': '200 404 500 503',
      'get /authtoken/authfields': '200 500 503',
      'post /authtoken/preflight': '200 202 500 503',
      'post /authtoken/admin/api-keys': '200 400 404 409 413 415 422 500 503',
      'get /authtoken/admin/api-keys': '200 500 503',
      'delete /authtoken/admin/api-keys/{id}': '200 404 500 503',
      'get /ping': '200',
      'get /health/live': '200 500 503',
      'get /health/ready': '200 500 503',
      'get /health': '200 500 503',
    });
  });

  it('says of every route that is not for everybody how others are refused, and who is not', () => {
    const open = /^get \/(?:ping|health.*)$/;
    for (const [route, { responses, security, 'x-roles': roles = [] }] of operations()) {
      const refused = STRANGERS_STATUSES.filter((status) => status in responses);
      const expected = open.test(route) ? [[], false] : [STRANGERS_STATUSES, true];
      expect([route, refused, roles.length > 0]).toEqual([route, ...expected]);
      expect([route, security]).toEqual([
        route,
        open.test(route) ? undefined : [{ bearer: [] }, { apiKey: [] }],
      ]);
    }
  });

  it('gives for every status of every route examples that fit its schema', () => {
    for (const [route, { responses }] of operations()) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        for (const { schema, example, examples = {} } of Object.values(content)) {
          const values =
            example === undefined ? Object.values(examples).map(({ value }) => value) : [example];
          expect([route, status, values.length > 0]).toEqual([route, status, true]);
          for (const value of values) {
            expect([route, status, misfits(schema, value)]).toEqual([route, status, 'No errors']);
          }
        }
      }
    }
  });

  it('has the headers that callers act on', () => {
    const ofEveryResult = ['Correlation-Id', 'ETag', 'Last-Modified'];
    expect(headersOf('get /authtoken/file/{id}', '200')).toEqual(ofEveryResult);
    expect(headersOf('get /authtoken/requests/{id}/results', '200')).toEqual(
      ['Content-Disposition', ...ofEveryResult].toSorted(),
    );
    const limited = operations().filter(([, { responses }]) => '429' in responses);
    expect(limited.length).toBeGreaterThan(20);
    for (const [route] of limited) expect([route, headersOf(route, '429')]).toEqual([route, ['Retry-After']]);
  });

  it('names only codes that there are, with their own texts', () => {
    const codes = [...JSON.stringify(document).matchAll(/"errorCode":"([^"]+)"/g)].map(
      ([, code]) => code ?? '',
    );
    expect(codes.length).toBeGreaterThan(20);
    const own = codes.filter((code) => !code.startsWith('IDA-'));
    for (const code of own) expect(CATALOGUE).toHaveProperty([code as ErrorCode]);
  });
});

describe('what the gateway answers', () => {
  it('fits the document', async () => {
    const api = supertest(gateway.url);
    const taken = await api.post('/authtoken/json').send(requestBody({ ...DOWNLOAD, authdata: [person(1)] }));
    const id = (taken.body as { response: { request_identifier: string } }).response.request_identifier;
    await gateway.profile.hold('preflight', 'IDA-MPA-009', 'partner');
    await gateway.profile.savePreflight({
      ok: true,
      code: null,
      reason: null,
      checkedAt: await gateway.database.now(),
    });
    const answers: [string, supertest.Response][] = [
      ['post /authtoken/json', taken],
      [
        'post /authtoken/json',
        await api.post('/authtoken/json').send(requestBody({ ...DOWNLOAD, authdata: [{}] })),
      ],
      ['post /authtoken/json', await api.post('/authtoken/json').send({})],
      ['post /authtoken/json', await api.post('/authtoken/json').type('text').send('x')],
      ['post /authtoken/csv', await api.post('/authtoken/csv').send({})],
      [
        'post /authtoken/preview',
        await api.post('/authtoken/preview').send({ request: { authdata: [person(1), {}] } }),
      ],
      [
        'post /authtoken/preview',
        await api.post('/authtoken/preview').send({ request: { outputFormat: '{', authdata: [{}] } }),
      ],
      ['get /authtoken/status/{id}', await api.get(`/authtoken/status/${id}`)],
      ['get /authtoken/status/{id}', await api.get('/authtoken/status/x')],
      ['post /authtoken/resume/{id}', await api.post(`/authtoken/resume/${id}`)],
      ['get /authtoken/file/{id}', await api.get(`/authtoken/file/${id}`)],
      ['get /authtoken/sameperson/{id}', await api.get(`/authtoken/sameperson/${id}?limit=0`)],
      ['get /authtoken/authfields', await api.get('/authtoken/authfields')],
      ['get /health', await api.get('/health')],
      ['get /health/ready', await api.get('/health/ready')],
    ];
    answers.push(['post /authtoken/preflight', await api.post('/authtoken/preflight')]);
    await gateway.seederLives(id);
    answers.push(['post /authtoken/preflight', await api.post('/authtoken/preflight')]);
    await gateway.profile.lift();
    await gateway.process(id, () => ({ token: '1' }));
    answers.push(
      ['get /authtoken/status/{id}', await api.get(`/authtoken/status/${id}`)],
      ['get /authtoken/sameperson/{id}', await api.get(`/authtoken/sameperson/${id}`)],
    );
    for (const [route, { status, body }] of answers) {
      expect([route, status, misfits(answerSchema(route, status), body)]).toEqual([
        route,
        status,
        'No errors',
      ]);
    }
  });

  it('has results in JSON as rows, whatever they are, and never as one text', async () => {
    const taken = await supertest(gateway.url)
      .post('/authtoken/json')
      .send(
        requestBody({ ...DOWNLOAD, output: 'json', outputFormat: '.output.token', authdata: [person(1)] }),
      );
    const id = (taken.body as { response: { request_identifier: string } }).response.request_identifier;
    await gateway.process(id, () => ({ token: '1' }));
    const schema = answerSchema('get /authtoken/requests/{id}/results', 200);
    for (const layout of ['requested', 'default', 'original']) {
      const { body } = await supertest(gateway.url).get(`/authtoken/requests/${id}/results?layout=${layout}`);
      expect([layout, misfits(schema, body)]).toEqual([layout, 'No errors']);
    }
    expect(misfits(schema, '[]')).not.toBe('No errors');
    expect(document.components.schemas['ResultRowDto']).toBeDefined();
  });

  it('fits a request to the schema just as the schema says', () => {
    const schema =
      document.paths['/authtoken/json']?.['post']?.requestBody?.content['application/json']?.schema ?? {};
    expect(misfits(schema, requestBody({ ...DOWNLOAD, authdata: [person(1)] }))).toBe('No errors');
    expect(misfits(schema, requestBody({ output: 'xml', deliverytype: 'download' }))).toContain('authdata');
    expect(misfits(schema, {})).toContain('requesttime');
  });
});

it('shows the document on a page that needs no other host', async () => {
  const { text, type, status } = await supertest(gateway.url).get('/docs');
  expect([status, type]).toEqual([200, 'text/html']);
  const assets = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
  expect(assets.length).toBeGreaterThan(3);
  for (const path of assets) {
    expect(path).toMatch(/^\.\/docs\//);
    expect((await supertest(gateway.url).get(path.slice(1))).status).toBe(200);
  }
});
