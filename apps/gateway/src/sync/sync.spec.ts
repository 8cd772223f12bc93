import { until } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type AwaitedAnswer, AwaitedSeeder } from '../spec-support/awaited-seeder.js';
import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';
import { FORM_TYPE, part, rawConnection, rawPost } from '../spec-support/raw-http.js';

const TOKEN = '446791815597372963729663607096163061';
const MISMATCH = { code: 'IDA-DEA-001', message: 'Demographic data name in eng did not match' };

interface Answer {
  readonly version: string;
  readonly errors: readonly { readonly errorCode: string; readonly errorMessage: string }[] | null;
  readonly response: Readonly<Record<string, unknown>> | null;
}

let gateway: GatewayFixture;
let seeder: AwaitedSeeder | undefined;
beforeAll(async () => {
  gateway = await GatewayFixture.start({ env: { MTS_SYNC_WAIT_SECONDS_MAX: '6', MTS_UPLOADS_MAX: '1' } });
});
afterAll(async () => gateway.stop());
afterEach(async () => {
  await seeder?.stop();
  seeder = undefined;
  await gateway.profile.lift();
});

/** IDA confirms everybody, unless told otherwise. */
async function ida(answer: AwaitedAnswer = () => ({ token: TOKEN })): Promise<AwaitedSeeder> {
  seeder = await AwaitedSeeder.start(gateway, answer);
  return seeder;
}

async function ask(request: unknown, path = '/authtoken/json') {
  const { status, body, headers } = await supertest(gateway.url).post(path).send(requestBody(request));
  return { status, headers: headers as Record<string, string>, ...(body as Answer) };
}

const codesOf = ({ errors }: Pick<Answer, 'errors'>): string[] => (errors ?? []).map((one) => one.errorCode);

describe('one person in authdata', () => {
  it('is answered at once with the Token ID, and without errors', async () => {
    await ida();
    const { text, status } = await supertest(gateway.url)
      .post('/authtoken/json')
      .send(requestBody({ authdata: person(1) }));
    const { responsetime, ...body } = JSON.parse(text) as Answer & { responsetime: string };
    expect(Date.now() - Date.parse(responsetime)).toBeLessThan(60_000);
    expect([status, body]).toEqual([
      200,
      {
        id: 'mosip.token.seeder',
        version: '1.1.0',
        metadata: {},
        errors: null,
        response: { authStatus: true, authToken: TOKEN },
      },
    ]);
  });

  it('whom IDA refuses is refused with each of its errors, and with what the person can do', async () => {
    const action = 'Please re-enter your name in eng';
    const unknown = { code: 'IDA-MLC-018', message: 'VID not available in database' };
    await ida(() => ({ errorCode: 'ATS-REQ-103', refusal: [{ ...MISMATCH, action }, unknown] }));
    expect(await ask({ authdata: person(1) })).toMatchObject({
      status: 200,
      errors: [
        { errorCode: MISMATCH.code, errorMessage: `${MISMATCH.message}. ${action}` },
        { errorCode: unknown.code, errorMessage: unknown.message },
      ],
      response: { authStatus: false },
    });
  });

  it('about whom IDA has not answered is neither confirmed nor refused', async () => {
    await ida(() => ({ errorCode: 'MTS-IDA-001', errorMessage: 'no answer' }));
    expect(await ask({ authdata: person(1) })).toMatchObject({
      status: 503,
      errors: [{ errorCode: 'MTS-IDA-001', errorMessage: 'no answer' }],
      response: null,
    });
  });

  it('who cannot be asked about is refused with the code of the record, and nothing is kept', async () => {
    const { asked } = await ida();
    const before = await gateway.rowCounts();
    expect(await ask({ authdata: { ...person(1), vid: '' } })).toMatchObject({
      status: 400,
      errors: [{ errorCode: 'ATS-REQ-009', errorMessage: 'vid or its mapping not present' }],
      response: null,
    });
    expect(codesOf(await ask({ authdata: { ...person(1), dob: undefined } }))).toEqual(['ATS-REQ-012']);
    expect([await gateway.rowCounts(), asked]).toEqual([before, []]);
  });

  it('is asked about as mapped, in the language of the request, whatever a list would need', async () => {
    const { asked } = await ida();
    const { vid, name, ...rest } = person(1);
    const answer = await ask({
      output: '',
      deliverytype: 'sync',
      outputFormat: '{',
      lang: 'fra',
      mapping: { vid: 'u', name: ['n'] },
      authdata: { ...rest, u: vid, n: name },
    });
    expect([answer.status, asked[0]?.options]).toMatchObject([
      200,
      { language: 'fra', mapping: { vid: 'u', name: ['n'] } },
    ]);
    expect(asked[0]?.record).toEqual({ ...rest, u: vid, n: name });
  });

  it('is not asked about when its mapping is too much, by itself or for this record', async () => {
    const { asked } = await ida();
    const a = Array.from({ length: 10_001 }, () => 1);
    for (const entry of [`a${'[:]'.repeat(3000)}[]`, 'a[].b?'])
      expect(codesOf(await ask({ mapping: { emailId: entry }, authdata: { ...person(1), a } }))).toEqual([
        'ATS-REQ-102',
      ]);
    expect(asked).toEqual([]);
  });

  it('is not asked about by a call that only wants to know whether it is valid', async () => {
    const { asked } = await ida();
    expect(codesOf(await ask({ validateOnly: true, authdata: person(1) }))).toEqual(['ATS-REQ-102']);
    for (const options of [{ validateOnly: true }, { other: 1 }, 'validateOnly'])
      expect(codesOf(await ask({ options, authdata: person(1) }))).toEqual(['ATS-REQ-102']);
    expect(asked).toEqual([]);
  });

  it.each(['//authtoken/json', '/authtoken/json/', '//authtoken//json//'])(
    'may be handed in at %s',
    async (path) => {
      await ida();
      expect((await ask({ authdata: person(1) }, path)).response).toEqual({
        authStatus: true,
        authToken: TOKEN,
      });
    },
  );

  it('may come in a large body, and does not wait for lists that are taken in', async () => {
    const { asked } = await ida();
    const form = `${part('request', JSON.stringify(requestBody(DOWNLOAD)))}${part('csv_file', `vid\n${'1\n'.repeat(5000)}`, 'a.csv').slice(0, -2)}`;
    const upload = await rawConnection(gateway.url);
    upload.on('error', () => undefined);
    upload.write(rawPost('/authtoken/csv', FORM_TYPE, form, 10_000_000));
    await until(async () => (await gateway.rowCounts()).records > 0);
    const answer = await ask({ authdata: { ...person(1), note: 'x'.repeat(500_000) } });
    expect([answer.status, asked.length]).toEqual([200, 1]);
    upload.destroy();
  });
});

describe("the caller's own ids", () => {
  it('come back with the answer, are kept with the request, and the answer tells its identifier', async () => {
    const { asked } = await ida();
    const authdata = { ...person(1), key: 'KEN-7' };
    const { status, headers } = await ask({
      correlationId: 'case 5',
      mapping: { referenceId: 'key' },
      authdata,
    });
    const id = headers['request-identifier'] ?? '';
    expect([status, headers['correlation-id'], id]).toEqual([200, 'case 5', asked[0]?.id]);
    const overview = await supertest(gateway.url).get(`/authtoken/requests/${id}`);
    expect(overview.body).toMatchObject({ response: { correlationId: 'case 5' } });
    const { text } = await supertest(gateway.url).get(`/authtoken/file/${id}`);
    expect(JSON.parse(text)).toMatchObject([{ token: TOKEN, referenceId: 'KEN-7' }]);
  });

  it.each<[string, AwaitedAnswer, number]>([
    ['is refused', () => ({ errorCode: MISMATCH.code, refusal: [MISMATCH] }), 200],
    ['got no usable answer', () => ({ errorCode: 'MTS-IDA-001', errorMessage: 'no answer' }), 503],
    ['is still asked about', () => undefined, 202],
  ])('and the identifier stand in the answer also of who %s', async (_title, answer, expected) => {
    const { asked } = await ida(answer);
    const { status, headers } = await ask({ correlationId: 'c-1', authdata: person(1) });
    expect([status, headers['correlation-id'], headers['request-identifier']]).toEqual([
      expected,
      'c-1',
      asked[0]?.id,
    ]);
  });

  it('come back also when nothing is kept, and then there is no identifier', async () => {
    const { headers } = await ask({ correlationId: 'c-1', authdata: person(1) });
    expect([headers['correlation-id'], headers['request-identifier']]).toEqual(['c-1', undefined]);
  });

  it('must fit a header', async () => {
    const { asked } = await ida();
    expect(await ask({ correlationId: 'é', authdata: person(1) })).toMatchObject({
      status: 400,
      errors: [{ errorMessage: expect.stringContaining('request.correlationId') }],
    });
    expect(asked).toEqual([]);
  });
});

describe('what was recorded of the original in its synchronous mode', () => {
  it.each([['id'], ['version'], ['metadata'], ['requesttime'], ['id', 'requesttime']])(
    'misses each field of the envelope that is not there: %s',
    async (...missing) => {
      const whole = Object.entries(requestBody({ authdata: person(1) }));
      const body = Object.fromEntries(whole.filter(([name]) => !missing.includes(name)));
      const answer = await supertest(gateway.url).post('/authtoken/json').send(body);
      const errors = missing.map((field) => ({
        errorCode: 'ATS-REQ-102',
        errorMessage: `Invalid Input. ${field}: field required`,
      }));
      expect([answer.status, answer.body]).toMatchObject([422, { errors, response: null }]);
    },
  );

  it.each([
    [
      'a time',
      { ...requestBody({ authdata: person(1) }), requesttime: 'yesterday' },
      400,
      'requesttime is not in valid format',
    ],
    ['no person', requestBody({ deliverytype: 'sync' }), 400, 'authdata missing'],
    [
      'a list',
      requestBody({ output: 'json', deliverytype: 'sync', authdata: [person(1)] }),
      400,
      'delivery type is not supported',
    ],
  ] as const)('says what is wrong with %s', async (_what, body, status, problem) => {
    const answer = await supertest(gateway.url).post('/authtoken/json').send(body);
    expect([answer.status, answer.body]).toMatchObject([
      status,
      { errors: [{ errorCode: 'ATS-REQ-102', errorMessage: `invalid input. ${problem}` }], response: null },
    ]);
  });

  it.each([
    ['no record', { deliverytype: 'sync', authdata: 'x' }, 'request.authdata: value is not a valid dict'],
    [
      'no list, of which a callback is wanted',
      { deliverytype: 'callback', authdata: person(1) },
      'request.authdata: value is not a valid list; callbacks are for lists, and one person is answered at once',
    ],
  ])('refuses by its schema what is %s', async (_what, request, problem) => {
    expect(await ask(request)).toMatchObject({
      status: 422,
      errors: [{ errorCode: 'ATS-REQ-102', errorMessage: `Invalid Input. ${problem}` }],
    });
  });
});
