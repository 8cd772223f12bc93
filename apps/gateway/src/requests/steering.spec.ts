import { RangeStore, SteeringStore } from '@mts/store';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

const UNKNOWN = '00aaaaaa-1111-4222-8333-444444444444';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

interface Answer {
  readonly status: number;
  readonly response: unknown;
  readonly code: string | undefined;
}

function answerOf({ status, body }: supertest.Response): Answer {
  const { response, errors } = body as { response: unknown; errors: { errorCode: string }[] | null };
  return { status, response, code: errors?.[0]?.errorCode };
}

async function get(path: string): Promise<Answer> {
  return answerOf(await supertest(gateway.url).get(`/authtoken/requests${path}`));
}

async function steer(id: string, what: string, body?: object): Promise<Answer> {
  return answerOf(await supertest(gateway.url).post(`/authtoken/requests/${id}/${what}`).send(body));
}

async function erase(id: string): Promise<Answer> {
  return answerOf(await supertest(gateway.url).delete(`/authtoken/requests/${id}`));
}

/** What waits on the queues for this request. */
async function jobsOf(id: string): Promise<unknown[]> {
  const jobs = await gateway.database.query<{ job: string }>(
    `SELECT concat(name, ' ', singleton_key) AS job FROM mts_queue.job WHERE data->>'requestId' = $1 ORDER BY job`,
    [id],
  );
  return jobs.map(({ job }) => job);
}

async function submit(count: number): Promise<string> {
  const authdata = Array.from({ length: count }, (_, n) => person(n));
  const { body } = await supertest(gateway.url)
    .post('/authtoken/json')
    .send(requestBody({ ...DOWNLOAD, authdata }));
  return (body as { response: { request_identifier: string } }).response.request_identifier;
}

/** Of three people: a token, no answer, a mismatch. */
async function endedWithErrors(): Promise<string> {
  const id = await submit(3);
  await gateway.process(id, (line) => {
    if (line === 1) return { token: 't' };
    return line === 2
      ? { code: 'MTS-IDA-001', message: 'no answer' }
      : { code: 'IDA-DEA-001', message: 'mismatch' };
  });
  return id;
}

describe('a request that is cancelled', () => {
  it('says so, twice, and its result says of each record that it was not asked about', async () => {
    const id = await submit(2);
    expect(await steer(id, 'cancel')).toMatchObject({ status: 200, response: { state: 'cancelled' } });
    expect(await steer(id, 'cancel')).toMatchObject({ status: 200, response: { state: 'cancelled' } });
    const file = await supertest(gateway.url).get(`/authtoken/file/${id}`);
    const rows = JSON.parse(file.text) as { vid: string; errorCode: string }[];
    expect(rows.map((row) => row.errorCode)).toEqual(['MTS-IDA-002', 'MTS-IDA-002']);
    const status = await supertest(gateway.url).get(`/authtoken/status/${id}`);
    expect(status.body).toMatchObject({ response: { status: 'processed_with_errors' } });
    expect(await get(`/${id}`)).toMatchObject({
      response: { state: 'cancelled', errors: [{ code: 'MTS-IDA-002', count: 2, mayBeAskedAgain: false }] },
    });
  });

  it('while calls are in flight is answered when they have ended', async () => {
    const id = await submit(1);
    const ranges = new RangeStore(gateway.database);
    const lease = await ranges.take(id, 0);
    if (lease === undefined) throw new Error('no work');
    await ranges.markSent(lease, 1);
    const cancelling = steer(id, 'cancel');
    const isAsked = async (): Promise<boolean> => (await gateway.requests.find(id))?.cancelAskedAt !== null;
    while (!(await isAsked())) await new Promise(setImmediate);
    const shown = { status: 'processing', state: 'processing', cancelling: true };
    expect(await get(`/${id}`)).toMatchObject({ response: shown });
    const status = await supertest(gateway.url).get(`/authtoken/status/${id}`);
    expect(status.body).toMatchObject({ response: { ...shown, estimatedRemainingSeconds: null } });
    for (const what of ['pause', 'resume', 'resume?hold=request'])
      expect(await steer(id, what)).toMatchObject({ status: 409, code: 'MTS-REQ-013' });
    expect(await steer(id, 'retry')).toMatchObject({ status: 409, code: 'MTS-REQ-009' });
    await ranges.finish(lease);
    expect(await cancelling).toMatchObject({ status: 200, response: { state: 'cancelled' } });
    const file = await supertest(gateway.url).get(`/authtoken/file/${id}`);
    expect(JSON.parse(file.text)).toMatchObject([{ errorCode: 'MTS-IDA-005' }]);
    expect(await get(`/${id}`)).toMatchObject({ response: { state: 'cancelled', cancelling: false } });
  });

  it('when it has ended is refused', async () => {
    const id = await endedWithErrors();
    expect(await steer(id, 'cancel')).toMatchObject({ status: 409, code: 'MTS-REQ-008' });
  });
});

describe('a pause', () => {
  it('is shown as a hold that names its end, and ends by resuming', async () => {
    const id = await submit(1);
    expect(await steer(id, 'pause')).toMatchObject({
      status: 200,
      response: {
        holds: [
          {
            kind: 'operator',
            code: 'MTS-REQ-007',
            reason: expect.stringContaining(`/authtoken/requests/${id}/resume`),
          },
        ],
      },
    });
    expect(await get(`/${id}`)).toMatchObject({ response: { status: 'processing', holds: [{}] } });
    expect(await steer(id, 'resume')).toMatchObject({ status: 200, response: { holds: [] } });
  });

  it('is not lifted by the address that lifts the hold of its own records, nor that by this', async () => {
    const id = await submit(1);
    await steer(id, 'pause');
    await gateway.profile.holdRequest(id, 'IDA-X', 'its own records');
    await supertest(gateway.url).post(`/authtoken/resume/${id}`);
    expect(await steer(id, 'resume?hold=request')).toMatchObject({
      response: { holds: [{ kind: 'operator' }] },
    });
    await gateway.profile.holdRequest(id, 'IDA-X', 'its own records');
    expect(await steer(id, 'resume')).toMatchObject({ response: { holds: [{ kind: 'request' }] } });
    expect(await steer(id, 'resume?hold=profile')).toMatchObject({ status: 400, code: 'ATS-REQ-102' });
  });

  it('and a hold of its own records that are lifted by hand have a line in the log, once', async () => {
    const id = await submit(1);
    const ends = (): unknown[] =>
      gateway.logLines
        .map((line) => JSON.parse(line) as Record<string, string>)
        .filter(
          ({ msg, requestId }) => msg?.startsWith('the hold of the request has ended') && requestId === id,
        )
        .map(({ kind, code }) => [kind, code]);
    await steer(id, 'pause');
    await gateway.profile.holdRequest(id, 'IDA-RST-007', 'its own records');
    await steer(id, 'resume');
    await steer(id, 'resume');
    await supertest(gateway.url).post(`/authtoken/resume/${id}`);
    expect(ends()).toEqual([
      ['operator', 'MTS-REQ-007'],
      ['request', 'IDA-RST-007'],
    ]);
  });

  it('that is lifted puts the list on the queue at once, unless something else holds it still', async () => {
    const id = await submit(501);
    await gateway.database.query('DELETE FROM mts_queue.job');
    await steer(id, 'pause');
    await gateway.profile.holdRequest(id, 'IDA-X', 'its own records');
    await steer(id, 'resume');
    expect(await jobsOf(id)).toEqual([]);
    for (let times = 0; times < 2; times += 1) {
      await supertest(gateway.url).post(`/authtoken/resume/${id}`);
      expect(await jobsOf(id)).toEqual([`authenticate ${id}/0`, `authenticate ${id}/1`, `list ${id}`]);
    }
  });

  it('of what has ended is refused', async () => {
    const id = await endedWithErrors();
    expect(await steer(id, 'pause')).toMatchObject({ status: 409, code: 'MTS-REQ-008' });
    expect(await steer(id, 'resume')).toMatchObject({ status: 409, code: 'MTS-REQ-008' });
  });
});

describe('asking again', () => {
  it('takes what ended without an answer about the person, puts it on the queue, and says how many', async () => {
    const id = await endedWithErrors();
    await gateway.database.query('DELETE FROM mts_queue.job');
    expect(await steer(id, 'retry')).toMatchObject({ status: 200, response: { askedAgain: 1 } });
    expect(await gateway.jobCount()).toBe(1);
    expect(await get(`/${id}`)).toMatchObject({ response: { state: 'processing', done: 1, failed: 1 } });
    expect(await steer(id, 'retry')).toMatchObject({ status: 409, code: 'MTS-REQ-009' });
    await gateway.process(id, () => ({ token: 'late' }));
    expect(await get(`/${id}`)).toMatchObject({
      response: {
        state: 'processed_with_errors',
        done: 2,
        failed: 1,
        errors: [{ code: 'IDA-DEA-001', count: 1 }],
      },
    });
  });

  it.each([{}, ' {} '])('for %j takes all that may be asked again', async (body) => {
    const id = await endedWithErrors();
    const answer = await supertest(gateway.url)
      .post(`/authtoken/requests/${id}/retry`)
      .set('content-type', 'application/json')
      .send(body);
    expect([answer.status, answer.body]).toMatchObject([200, { response: { askedAgain: 1 } }]);
  });

  it('never takes a mismatch, whether it is named or not', async () => {
    const id = await endedWithErrors();
    const { body, status } = await supertest(gateway.url)
      .post(`/authtoken/requests/${id}/retry`)
      .send({ codes: ['MTS-IDA-001', 'IDA-DEA-001'] });
    expect([status, body]).toMatchObject([
      400,
      {
        errors: [
          {
            errorCode: 'ATS-REQ-102',
            errorMessage: expect.stringMatching(
              /^invalid input\. codes: never asked again: IDA-DEA-001; hand/,
            ) as string,
          },
        ],
      },
    ]);
  });

  it.each([
    { codes: [] },
    { codes: 'MTS-IDA-001' },
    { codes: [1] },
    { codes: ['BLA'] },
    { other: 1 },
    ['MTS-IDA-001'],
  ])('for %j is refused', async (body) => {
    const id = await endedWithErrors();
    expect(await steer(id, 'retry', body)).toMatchObject({ status: 400, code: 'ATS-REQ-102' });
  });

  it('about nothing is refused, and says why', async () => {
    const id = await endedWithErrors();
    const problem = async (body?: object): Promise<string> => {
      const answer = await supertest(gateway.url).post(`/authtoken/requests/${id}/retry`).send(body);
      return `${String(answer.status)} ${answer.text}`;
    };
    expect(await problem({ codes: ['MTS-IDA-105'] })).toMatch(/^409 .*none of its records ended with/);
    expect(await get(`/${id}`)).toMatchObject({ response: { state: 'processed_with_errors' } });
    await gateway.database.query(`UPDATE request SET state = 'cancelled' WHERE id = $1`, [id]);
    expect(await problem()).toMatch(/^409 .*was cancelled.*hand in anew/);
  });

  it('that is refused leaves no line that says it was done', async () => {
    const id = await submit(1);
    const lines = (): string => gateway.logLines.filter((line) => line.includes(id)).join('');
    expect((await steer(id, 'retry')).status).toBe(409);
    expect(lines()).not.toContain('is steered');
    await steer(id, 'pause');
    expect(lines()).toContain('is steered');
  });

  it('is told beforehand: what may be asked again is what a retry takes now', async () => {
    const id = await endedWithErrors();
    const may = async (): Promise<unknown> => {
      const { response } = (await get(`/${id}`)) as { response?: { errors: { mayBeAskedAgain: boolean }[] } };
      return response?.errors.map(({ mayBeAskedAgain }) => mayBeAskedAgain).toSorted();
    };
    expect(await may()).toEqual([false, true]);
    await steer(id, 'retry');
    // It works again, and only the mismatch has an error now.
    expect(await may()).toEqual([false]);
    await gateway.process(id, () => ({ code: 'MTS-IDA-001', message: 'no answer' }));
    expect(await may()).toEqual([false, true]);
    await gateway.database.query(`DELETE FROM wrapped_key WHERE subject = $1 AND purpose = 'input'`, [id]);
    expect([await may(), (await steer(id, 'retry')).status]).toEqual([[false, false], 409]);
  });

  it('of one person, whose caller was answered, says so', async () => {
    const id = await endedWithErrors();
    await gateway.database.query(
      `UPDATE wrapped_key SET wrapped = NULL, erased_at = now() WHERE subject = $1 AND purpose = 'input'`,
      [id],
    );
    await gateway.database.query('UPDATE request SET awaited = true WHERE id = $1', [id]);
    const { text } = await supertest(gateway.url).post(`/authtoken/requests/${id}/retry`);
    expect(text).toContain('this was one person');
    expect(text).not.toContain('MTS_INPUT_KEPT');
  });

  it('without the records says which option keeps them', async () => {
    const id = await endedWithErrors();
    await gateway.database.query(
      `UPDATE wrapped_key SET wrapped = NULL, erased_at = now() WHERE subject = $1 AND purpose = 'input'`,
      [id],
    );
    const { body } = await supertest(gateway.url).post(`/authtoken/requests/${id}/retry`);
    expect(JSON.stringify(body)).toContain('MTS_INPUT_KEPT');
    expect(await steer(id, 'retry')).toMatchObject({ status: 409, code: 'MTS-REQ-009' });
  });
});

describe('erasing', () => {
  it('leaves nothing that can be asked for, also of a request that works', async () => {
    for (const id of [await submit(1), await endedWithErrors()]) {
      expect(await erase(id)).toMatchObject({ status: 200, response: { erased: true } });
      expect(await erase(id)).toMatchObject({ status: 404, code: 'ATS-REQ-016' });
      expect(await get(`/${id}`)).toMatchObject({ status: 404, code: 'ATS-REQ-016' });
      expect((await supertest(gateway.url).get(`/authtoken/file/${id}`)).status).toBe(404);
      expect(await gateway.database.query('SELECT 1 FROM record WHERE request_id = $1', [id])).toEqual([]);
    }
  });

  it('of a long list is answered when its keys are gone, and has its rows erased by the housekeeping', async () => {
    const id = await submit(1);
    await gateway.database.query(
      `INSERT INTO record (request_id, line, state) SELECT $1, line, 'submitted' FROM generate_series(2, 10001) line`,
      [id],
    );
    expect(await erase(id)).toMatchObject({ status: 200, response: { erased: true } });
    const jobs = await gateway.database.query(`SELECT data FROM mts_queue.job WHERE name = 'housekeeping'`);
    expect(jobs).toEqual([{ data: { v: 1, duty: 'expire' } }]);
  });
});

describe('a request that nobody knows', () => {
  it.each(['cancel', 'pause', 'resume', 'retry', 'events/ticket'])('cannot be steered: %s', async (what) => {
    expect(await steer(UNKNOWN, what)).toMatchObject({ status: 404, code: 'ATS-REQ-016' });
  });

  it('is neither shown nor erased', async () => {
    expect(await get(`/${UNKNOWN}`)).toMatchObject({ status: 404 });
    expect(await erase(UNKNOWN)).toMatchObject({ status: 404 });
  });
});

describe('the list of requests', () => {
  it('comes in pages that a cursor leads through', async () => {
    for (let n = 0; n < 3; n += 1) await submit(1);
    const first = (await get('?limit=2&state=submitted')).response as Page;
    expect(first.requests).toHaveLength(2);
    const second = (await get(`?limit=2&state=submitted&cursor=${String(first.nextCursor)}`))
      .response as Page;
    const ids = [...first.requests, ...second.requests].map((request) => request.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is narrowed by state, input and time', async () => {
    const id = await submit(1);
    await new SteeringStore(gateway.database, gateway.requests).cancel(id);
    const cancelled = (await get('?state=cancelled,processed&input=json&from=2026-01-01')).response as Page;
    expect(cancelled.requests.map((request) => request.id)).toContain(id);
    expect((await get('?to=2026-01-01T00:00:00%2B02:00')).response).toEqual({
      requests: [],
      nextCursor: null,
    });
    expect((await get('?input=csv')).response).toEqual({ requests: [], nextCursor: null });
  });

  it.each([
    'limit=0',
    'limit=201',
    'state=unheard',
    'state=receiving',
    'state=archived',
    'input=fax',
    'from=yesterday',
    'from=2026-13-01',
    'from=2026-02-30',
    'to=2026-02-29T08:00:00Z',
    'owner=%00',
    'owner=a%0Ab',
    'input=%00',
    'cursor=abc',
    'cursor=MTIz',
    'owner=a&owner=b',
  ])('says what is wrong with %s', async (query) => {
    expect(await get(`?${query}`)).toMatchObject({ status: 400, code: 'ATS-REQ-102' });
  });

  it('holds no personal data', async () => {
    const id = await endedWithErrors();
    const texts = JSON.stringify([await get(''), await get(`/${id}`)]);
    for (const value of Object.values(person(0))) expect(texts).not.toContain(value);
  });
});

interface Page {
  readonly requests: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
}
