import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

async function call(path: string): Promise<supertest.Response> {
  return supertest(gateway.url).get(path);
}

async function submit(count: number): Promise<string> {
  const authdata = Array.from({ length: count }, (_, n) => person(n));
  const { body } = await supertest(gateway.url)
    .post('/authtoken/json')
    .send(requestBody({ ...DOWNLOAD, authdata }));
  return (body as { response: { request_identifier: string } }).response.request_identifier;
}

/** Of so many people; every third is refused, and the rest are four people in turns. */
async function processed(count: number): Promise<string> {
  const id = await submit(count);
  await gateway.process(id, (line) =>
    line % 3 === 0 ? { code: 'IDA-MLC-018', message: 'm' } : { token: String(line % 4) },
  );
  return id;
}

it.each(['sameperson/:id', 'requests/:id/duplicates'])(
  'who is who is not known before the request has ended: %s',
  async (route) => {
    const path = `/authtoken/${route.replace(':id', await submit(1))}`;
    const { status, body } = await call(path);
    expect([status, body]).toMatchObject([202, { errors: [{ errorCode: 'ATS-REQ-017' }], response: null }]);
  },
);

describe('which records are the same person, line by line,', () => {
  it('is told by line numbers alone, page by page', async () => {
    const id = await processed(12);
    // Lines 1, 5 | 2, 10 | 4, 8 | 7, 11 have one token each.
    const pairs = [
      { line: 5, sameAsLine: 1 },
      { line: 8, sameAsLine: 4 },
      { line: 10, sameAsLine: 2 },
      { line: 11, sameAsLine: 7 },
    ];
    expect((await call(`/authtoken/sameperson/${id}`)).body).toMatchObject({
      errors: null,
      response: { pairs },
    });
    expect((await call(`/authtoken/sameperson/${id}?afterLine=5&limit=2`)).body).toMatchObject({
      response: { pairs: pairs.slice(1, 3) },
    });
    expect((await call(`/authtoken/sameperson/${id}?afterLine=11`)).body).toMatchObject({
      response: { pairs: [] },
    });
  });

  it.each(['limit=0', 'limit=10001', 'limit=x', 'afterLine=-1', 'limit=1&limit=2', 'afterLine=99999999999'])(
    'is refused for %s',
    async (query) => {
      const id = await processed(1);
      const { status, body } = await call(`/authtoken/sameperson/${id}?${query}`);
      expect([status, body]).toMatchObject([
        400,
        {
          errors: [
            { errorCode: 'ATS-REQ-102', errorMessage: expect.stringMatching(/a whole number from \d+ to/) },
          ],
        },
      ]);
    },
  );
});

describe('which records are the same person, person by person,', () => {
  const GROUPS = [
    { firstLine: 1, otherLines: [5, 13, 17] },
    { firstLine: 2, otherLines: [10, 14] },
    { firstLine: 4, otherLines: [8, 16, 20] },
    { firstLine: 7, otherLines: [11, 19] },
  ];

  it('is told with the number of them all', async () => {
    const id = await processed(20);
    expect((await call(`/authtoken/requests/${id}/duplicates`)).body).toMatchObject({
      errors: null,
      response: { duplicates: 10, groups: GROUPS, nextCursor: null },
    });
    expect((await call(`/authtoken/requests/${await processed(2)}/duplicates`)).body).toMatchObject({
      response: { duplicates: 0, groups: [], nextCursor: null },
    });
  });

  it.each([1, 3, 4, 9])(
    'comes in pages of %i lines that together are the whole, also where a group is cut',
    async (limit) => {
      const id = await processed(20);
      const lines: number[][] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page = await call(
          `/authtoken/requests/${id}/duplicates?limit=${String(limit)}&cursor=${cursor}`,
        );
        const { groups, nextCursor } = (
          page.body as { response: { groups: typeof GROUPS; nextCursor: string | null } }
        ).response;
        const found = groups.flatMap(({ firstLine, otherLines }) =>
          otherLines.map((line) => [firstLine, line]),
        );
        expect(found.length).toBeLessThanOrEqual(limit);
        lines.push(...found);
        cursor = nextCursor;
      }
      expect(lines).toEqual(
        GROUPS.flatMap(({ firstLine, otherLines }) => otherLines.map((line) => [firstLine, line])),
      );
    },
  );

  it('misses no line that follows another of its person', async () => {
    const id = await submit(5);
    await gateway.process(id, () => ({ token: 'one person' }));
    const { body } = await call(`/authtoken/requests/${id}/duplicates?limit=2`);
    expect(body).toMatchObject({ response: { groups: [{ firstLine: 1, otherLines: [2, 3] }] } });
    const { nextCursor } = (body as { response: { nextCursor: string } }).response;
    expect((await call(`/authtoken/requests/${id}/duplicates?cursor=${nextCursor}`)).body).toMatchObject({
      response: { duplicates: 4, groups: [{ firstLine: 1, otherLines: [4, 5] }], nextCursor: null },
    });
  });

  it.each(['cursor=x', 'cursor=1', 'cursor=1-9999999999', 'cursor=1-2&cursor=3-4', 'limit=0'])(
    'is refused for %s',
    async (query) => {
      const id = await processed(1);
      const { status, body } = await call(`/authtoken/requests/${id}/duplicates?${query}`);
      expect([status, body]).toMatchObject([400, { errors: [{ errorCode: 'ATS-REQ-102' }] }]);
    },
  );
});
