import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  BlindIndex,
  type KekProvider,
  makeRequestKeys,
  type NewRequestKeys,
  StaticKekProvider,
} from '@mts/crypto';
import { sealRequestOptions } from '@mts/inputs';
import { createLogger } from '@mts/platform';
import { type OpenRecord, Request } from '@mts/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RecordBook } from './record-book.js';

const OPTIONS = { mapping: {}, language: 'eng', nameDelimiter: ' ', fullAddressDelimiter: ', ' };
const RECORD: OpenRecord = {
  line: 1,
  state: 'submitted',
  attempts: 0,
  withdrawn: false,
  sealedInput: Buffer.alloc(0),
};
const TOKEN = '305948271605948372605948372305948271';

let folder: string;
let keks: KekProvider;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-book-'));
  keks = await StaticKekProvider.load(join(folder, 'kek'), 'create');
});
afterEach(async () => rm(folder, { recursive: true }));

/** The token index of a record that IDA has confirmed, in a request with these keys. */
async function indexIn(keys: NewRequestKeys, tokensByKek: boolean): Promise<Buffer | null> {
  const sealedOptions = sealRequestOptions(keys.id, OPTIONS, keys.input);
  const request = Object.assign(new Request(), { ...keys, owner: 'registry', tokensByKek, sealedOptions });
  const book = await RecordBook.open(request, keks, createLogger({ app: 'seeder', level: 'error' }));
  return book.outcome(RECORD, null, { kind: 'matched', token: TOKEN }).tokenIndex;
}

describe('the index of tokens', () => {
  it('is of the request alone, and does not hang on the key-encryption key', async () => {
    const [one, other] = [
      await makeRequestKeys(randomUUID(), keks, new Date()),
      await makeRequestKeys(randomUUID(), keks, new Date()),
    ];
    const index = await indexIn(one, false);
    expect(index).toEqual(BlindIndex.ofTokens(one.results).of(TOKEN));
    expect(await indexIn(other, false)).not.toEqual(index);
  });

  it('of a request from before goes on as it was begun, so that its duplicates are found', async () => {
    const keys = await makeRequestKeys(randomUUID(), keks, new Date());
    expect(await indexIn(keys, true)).toEqual(BlindIndex.ofTokensBefore(keys.kek, 'registry').of(TOKEN));
  });
});
