import { readFile } from 'node:fs/promises';

import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Answer, GatewayFixture } from './spec-support/gateway-fixture.js';

/** A call of the original's 1.1 and what came of it, recorded from the running original. */
interface RecordedCase {
  readonly name: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  readonly status: number;
  readonly errors: readonly (readonly [code: string, message: string])[];
  /** Where the list was taken in: its last status, and its result. */
  readonly finalStatus?: string;
  readonly file?: string;
}

interface Row {
  readonly vid: string | null;
  readonly status: string;
  readonly token: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

const CASES = JSON.parse(
  await readFile(new URL('spec-support/recorded-cases.json', import.meta.url), 'utf8'),
) as RecordedCase[];

let gateway: GatewayFixture;
beforeAll(async () => {
  // The recorded lists hold numbers that nobody can have, which the original did not look at.
  gateway = await GatewayFixture.start({ env: { MTS_INDIVIDUAL_ID_CHECK: 'off' } });
});
afterAll(async () => gateway.stop());

function rowsOf(file: string): Row[] {
  if (file.startsWith('[')) return JSON.parse(file) as Row[];
  return file
    .split('\r\n')
    .slice(1, -1)
    .map((line) => {
      const [vid = '', status = '', token = '', errorCode = '', errorMessage = ''] = line.split(',');
      return { vid, status, token: token || null, errorCode, errorMessage };
    });
}

function answerOf(row: Row | undefined): Answer {
  return row?.token
    ? { vid: row.vid, token: row.token }
    : { vid: row?.vid ?? null, code: row?.errorCode ?? '', message: row?.errorMessage ?? '' };
}

/**
 * The original does not name the field where its schema refuses; we do, before its text. And what Python's own parser of
 * JSON says is not part of the contract.
 */
function comparable(message: string): string {
  return message
    .replace(/^(Invalid Input\. )[\w.]+: /, '$1')
    .replace(
      /Expecting ',' delimiter: line 3 column 2 \(char 14\)|this is not valid JSON \(line 3, column 2\)/,
      'JSON',
    );
}

describe('a list is answered as the original does', () => {
  it.each(CASES.map((recorded) => [recorded.name, recorded] as const))('%s', async (_name, recorded) => {
    const api = supertest(gateway.url);
    const { status, body } = await api.post(recorded.path).type(recorded.contentType).send(recorded.body);
    const { errors, response } = body as {
      errors: { errorCode: string; errorMessage: string }[] | null;
      response: { request_identifier: string } | null;
    };
    expect(status).toBe(recorded.status);
    expect(errors === null).toBe(recorded.errors.length === 0);
    expect((errors ?? []).map((error) => error.errorCode)).toEqual(recorded.errors.map(([code]) => code));
    expect((errors ?? []).map((error) => comparable(error.errorMessage))).toEqual(
      recorded.errors.map(([, message]) => comparable(message)),
    );
    if (recorded.file === undefined) return;

    const id = response?.request_identifier ?? '';
    const rows = rowsOf(recorded.file);
    await gateway.process(id, (line) => answerOf(rows[line - 1]));
    expect((await api.get(`/authtoken/file/${id}`)).text).toBe(recorded.file);
    expect((await api.get(`/authtoken/status/${id}`)).body).toMatchObject({
      errors: null,
      response: { status: recorded.finalStatus },
    });
  });
});
