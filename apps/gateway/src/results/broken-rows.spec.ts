import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody, vidOf } from '../spec-support/gateway-fixture.js';

/** So many that a result of it does not fit into one page or one piece. */
const COUNT = 450;
const BROKEN_LINE = 345;
const CODE = 'MTS-IDA-007';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

/** What a disk does to a byte. */
async function flip(
  id: string,
  column: 'sealed_input' | 'sealed_outcome',
  line = BROKEN_LINE,
): Promise<void> {
  await gateway.database.query(
    `UPDATE record SET ${column} = set_byte(${column}, 40, 255 - get_byte(${column}, 40)) WHERE request_id = $1 AND line = $2`,
    [id, line],
  );
}

async function processed(wish: Record<string, unknown> = {}): Promise<string> {
  const authdata = Array.from({ length: COUNT }, (_, at) => person(at + 1));
  const taken = await supertest(gateway.url)
    .post('/authtoken/json')
    .send(requestBody({ ...DOWNLOAD, output: 'json', ...wish, authdata }));
  const id = (taken.body as { response: { request_identifier: string } }).response.request_identifier;
  await gateway.process(id, (line) => ({ vid: vidOf(line), token: `token of ${String(line)}` }));
  return id;
}

async function rows(id: string, query: string): Promise<Record<string, unknown>[]> {
  const { status, text } = await supertest(gateway.url).get(`/authtoken/requests/${id}/results?${query}`);
  expect(status).toBe(200);
  return JSON.parse(text) as Record<string, unknown>[];
}

async function lines(id: string, query: string): Promise<string[]> {
  const { status, text } = await supertest(gateway.url).get(`/authtoken/file/${id}?${query}`);
  expect(status).toBe(200);
  return text.trimEnd().split(/\r?\n/);
}

describe('a row of which the outcome does not open any more', () => {
  it.each(['json', 'ndjson', 'csv'])('says so in %s, and all others follow it', async (format) => {
    const id = await processed();
    await flip(id, 'sealed_outcome');
    const text = (await lines(id, `format=${format}`)).join('\n');
    expect(text.match(new RegExp(CODE, 'g'))).toHaveLength(1);
    expect(text.match(/token of \d+/g)).toHaveLength(COUNT - 1);
    expect(text).not.toContain(vidOf(BROKEN_LINE));
    expect(text).toContain(vidOf(COUNT));
  });

  it('is a row of a part of the result too', async () => {
    const id = await processed();
    await flip(id, 'sealed_outcome');
    expect(await rows(id, `only=processed&fromLine=${String(BROKEN_LINE)}`)).toHaveLength(
      COUNT - BROKEN_LINE + 1,
    );
    await gateway.database.query(`UPDATE record SET state = 'error' WHERE request_id = $1 AND line = $2`, [
      id,
      BROKEN_LINE,
    ]);
    expect(await rows(id, 'only=error')).toMatchObject([
      { vid: null, status: 'error', token: null, errorCode: CODE },
    ]);
  });

  it('is not counted as an error of its request, as a record that was given up is', async () => {
    const id = await processed();
    await flip(id, 'sealed_outcome');
    const { body } = await supertest(gateway.url).get(`/authtoken/requests/${id}`);
    expect(body).toMatchObject({ response: { done: COUNT, errors: [] } });
  });

  it('is told to the log once for each download, by request and line alone', async () => {
    const id = await processed();
    await flip(id, 'sealed_outcome');
    await flip(id, 'sealed_outcome', BROKEN_LINE + 1);
    await rows(id, 'layout=default');
    const told = gateway.logLines.filter((line) => line.includes('does not open') && line.includes(id));
    expect(told.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { requestId: id, line: BROKEN_LINE },
    ]);
    expect(told.join()).not.toContain(vidOf(BROKEN_LINE));
  });
});

describe('a row of which the record does not open any more', () => {
  it.each(['csv', 'json', 'ndjson'])('says so in the original layout in %s', async (format) => {
    const id = await processed();
    await flip(id, 'sealed_input', 1);
    const text = (await lines(id, `layout=original&format=${format}`)).join('\n');
    expect(text.match(new RegExp(CODE, 'g'))).toHaveLength(1);
    expect(text.match(/token of \d+/g)).toHaveLength(COUNT - 1);
    expect(text).not.toContain(vidOf(1));
  });

  it('says so to an outputFormat, and has its outcome in the default layout', async () => {
    const id = await processed({
      outputFormat: '{who: .input.vid, is: .output.token, why: .output.errorCode}',
    });
    await flip(id, 'sealed_input');
    const shaped = await rows(id, '');
    expect(shaped).toHaveLength(COUNT);
    expect(shaped[BROKEN_LINE - 1]).toEqual({ who: null, is: null, why: CODE });
    expect(shaped.at(-1)).toEqual({ who: vidOf(COUNT), is: `token of ${String(COUNT)}`, why: null });
    expect((await rows(id, 'layout=default'))[BROKEN_LINE - 1]).toMatchObject({
      token: `token of ${String(BROKEN_LINE)}`,
    });
  });
});
