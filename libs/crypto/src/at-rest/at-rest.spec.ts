import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  BlindIndex,
  checkValue,
  DirectoryKekProvider,
  makeRequestKeys,
  missingKek,
  newDataKey,
  openKekProvider,
  openRequestKey,
  RecordSealer,
  StaticKekProvider,
  unwrapDataKey,
  wrapDataKey,
} from './index.js';

const place = { table: 'record', column: 'sealed_input', requestId: '5d0a…', line: 7 };
const text = Buffer.from('{"vid":"7465075291703420","name":"Hélène"}');
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mts-kek-'));
});
afterEach(async () => rm(directory, { recursive: true }));

describe('a sealed record', () => {
  const sealer = new RecordSealer(newDataKey());

  it('opens to the same bytes in its place', () => {
    expect(sealer.open(place, sealer.seal(place, text)).equals(text)).toBe(true);
  });

  it('never looks the same twice and holds nothing readable', () => {
    const [one, two] = [sealer.seal(place, text), sealer.seal(place, text)];
    expect(one.equals(two)).toBe(false);
    expect(one.includes('7465075291703420')).toBe(false);
  });

  it.each([
    ['line', { ...place, line: 8 }],
    ['column', { ...place, column: 'sealed_outcome' }],
    ['table', { ...place, table: 'request' }],
    ['request', { ...place, requestId: 'other' }],
  ])('does not open in another %s', (_what, other) => {
    expect(() => sealer.open(other, sealer.seal(place, text))).toThrow('does not open');
  });

  it('does not open with another key, one flipped bit, a short tag or another version', () => {
    const sealed = sealer.seal(place, text);
    expect(() => new RecordSealer(newDataKey()).open(place, sealed)).toThrow('does not open');
    for (const position of [0, 1, 13, 28, 29, sealed.length - 1]) {
      const altered = Buffer.from(sealed);
      altered[position] = (altered[position] ?? 0) ^ 1;
      expect(() => sealer.open(place, altered)).toThrow('does not open');
    }
    expect(() => sealer.open(place, sealed.subarray(0, 20))).toThrow('does not open');
  });

  it('keeps every IV apart over more records than one block of random bytes holds', () => {
    const ivs = new Set(
      Array.from({ length: 1000 }, () => sealer.seal(place, text).subarray(1, 13).toString('hex')),
    );
    expect(ivs.size).toBe(1000);
  });
});

describe('a wrapped data key', () => {
  it('opens only for its request, its purpose and its key-encryption key', async () => {
    const kek = await (await StaticKekProvider.load(join(directory, 'kek'), 'create')).current();
    const other = await (await StaticKekProvider.load(join(directory, 'kek2'), 'create')).current();
    const key = newDataKey();
    const wrapped = wrapDataKey(key, kek, 'r1', 'input');
    expect(unwrapDataKey(wrapped, kek, 'r1', 'input').equals(key)).toBe(true);
    expect(() => unwrapDataKey(wrapped, kek, 'r2', 'input')).toThrow('does not open');
    expect(() => unwrapDataKey(wrapped, kek, 'r1', 'results')).toThrow('does not open');
    expect(() => unwrapDataKey(wrapped, other, 'r1', 'input')).toThrow('does not open');
    expect(() => unwrapDataKey(wrapped.subarray(1), kek, 'r1', 'input')).toThrow('does not open');
  });
});

describe('the keys of a request', () => {
  it('open again from what is stored, each for its purpose, and not once erased', async () => {
    const keks = await StaticKekProvider.load(join(directory, 'kek'), 'create');
    const made = await makeRequestKeys('r1', keks, new Date());
    expect((await openRequestKey(made, 'input', keks))?.equals(made.input)).toBe(true);
    expect((await openRequestKey(made, 'results', keks))?.equals(made.results)).toBe(true);
    expect(made.input.equals(made.results)).toBe(false);
    expect(await openRequestKey({ ...made, wrappedInputKey: null }, 'input', keks)).toBeUndefined();
  });

  it.each([
    [{ kekProvider: 'static', kekFile: undefined, kekDirectory: '/x' }, /^MTS_KEK_FILE is missing/],
    [{ kekProvider: 'directory', kekFile: '/x', kekDirectory: undefined }, /^MTS_KEK_DIRECTORY is missing/],
  ] as const)('need the option of their provider %j', async (settings, sentence) => {
    await expect(openKekProvider({ ...settings, kekFilesFormer: [] }, 'create')).rejects.toThrow(sentence);
  });
});

describe('a blind index', () => {
  it('is equal for equal values under one key and differs for other values, keys and purposes', () => {
    const key = newDataKey();
    const index = BlindIndex.ofTokens(key);
    const of = index.of('305948271605948372');
    expect(BlindIndex.ofTokens(key).of('305948271605948372').equals(of)).toBe(true);
    expect(index.of('305948271605948373').equals(of)).toBe(false);
    expect(BlindIndex.ofTokens(newDataKey()).of('305948271605948372').equals(of)).toBe(false);
    expect(BlindIndex.ofRecords(key).of('305948271605948372').equals(of)).toBe(false);
  });

  it('of idempotency keys differs for owners that share a secret', () => {
    const secret = newDataKey();
    const [registry, bank] = ['registry', 'bank'].map((owner) =>
      BlindIndex.ofIdempotency(secret, owner, 'key').of('k'),
    );
    expect(registry?.equals(bank ?? Buffer.alloc(0))).toBe(false);
    expect(registry?.equals(BlindIndex.ofIdempotency(secret, 'registry', 'key').of('k'))).toBe(true);
  });

  it('of tokens is for requests from before as it was then', async () => {
    const kek = await (await StaticKekProvider.load(join(directory, 'kek'), 'create')).current();
    const index = BlindIndex.ofTokensBefore(kek, 'registry').of('305948271605948372');
    const key = createSecretKey(
      Buffer.from(hkdfSync('sha256', kek.key, '', 'mts/blind-index/v1|token|registry', 32)),
    );
    const expected = createHmac('sha256', key).update('305948271605948372').digest().subarray(0, 16);
    expect(index.equals(expected)).toBe(true);
  });
});

describe('the static key-encryption key', () => {
  it('is made once, readable by its owner alone, and stays the same', async () => {
    const file = join(directory, 'keys', 'kek');
    const first = await (await StaticKekProvider.load(file, 'create')).current();
    const second = await (await StaticKekProvider.load(file, 'require')).current();
    expect(second.id).toBe(first.id);
    expect(checkValue(second).equals(checkValue(first))).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(directory, 'keys'))).toEqual(['kek']);
  });

  it('is one key when several processes start at once', async () => {
    const file = join(directory, 'kek');
    const loaded = await Promise.all(
      Array.from({ length: 8 }, async () => StaticKekProvider.load(file, 'create')),
    );
    const ids = await Promise.all(loaded.map(async (provider) => (await provider.current()).id));
    expect(new Set(ids).size).toBe(1);
  });

  it('is never invented where the database has been written with another, and the refusal names that, path and variable', async () => {
    const known = missingKek('development', ['static-53a33e861b16']);
    await expect(StaticKekProvider.load(join(directory, 'typo'), known)).rejects.toThrow(
      /^There is no key file .*typo \(named by MTS_KEK_FILE; without it .*\), and the database has been written with static-53a33e861b16: .* lost for good.*how to begin anew/,
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('is never invented in production, and the refusal names the variable', async () => {
    const missing = missingKek('production', []);
    await expect(StaticKekProvider.load(join(directory, 'absent'), missing)).rejects.toThrow('MTS_KEK_FILE');
    expect(await readdir(directory)).toEqual([]);
  });

  it('is refused when it is not 32 bytes, without showing it', async () => {
    const file = join(directory, 'kek');
    await writeFile(file, 'c2hvcnQ=');
    await expect(StaticKekProvider.load(file, 'require')).rejects.toThrow(/^(?!.*c2hvcnQ=).*32 bytes/);
  });

  it('does not pass for another key', async () => {
    const provider = await StaticKekProvider.load(join(directory, 'kek'), 'create');
    await expect(provider.byId('static-000000000000')).rejects.toThrow('MTS_KEK_FILES_FORMER');
  });

  it('is named with its file where the database needs another', async () => {
    const [file, former] = [join(directory, 'kek'), join(directory, 'former')];
    const formerId = (await (await StaticKekProvider.load(former, 'create')).current()).id;
    const settings = { kekProvider: 'static', kekFile: file, kekDirectory: undefined } as const;
    const keks = await openKekProvider({ ...settings, kekFilesFormer: [former] }, 'create');
    const { id } = await keks.current(new Date());
    expect(keks.files).toEqual([
      { file, id },
      { file: former, id: formerId },
    ]);
    const refusal = new RegExp(`${file} \\(.*\\) holds ${id}.*${former} holds ${formerId}`, 's');
    await expect(keks.byId('static-000000000000')).rejects.toThrow(refusal);
  });
});

describe('day keys', () => {
  const noon = new Date('2026-11-22T12:00:00Z');

  it('serve one UTC day each and are shared by all who open the directory', async () => {
    const provider = await DirectoryKekProvider.open(directory);
    const today = await provider.current(noon);
    expect(today.id).toBe('day-2026-11-22');
    expect((await provider.current(new Date('2026-11-23T00:00:00Z'))).id).toBe('day-2026-11-23');
    const again = await (await DirectoryKekProvider.open(directory)).byId(today.id);
    expect(again.key.equals(today.key)).toBe(true);
  });

  it('are not begun anew in another directory than that of those the database has been written with', async () => {
    const elsewhere = join(directory, 'typo');
    await expect(
      DirectoryKekProvider.open(elsewhere, missingKek('development', ['day-2026-11-21'])),
    ).rejects.toThrow(
      /^There is no directory .*typo \(named by MTS_KEK_DIRECTORY; .* with day-2026-11-21.* lost for good/,
    );
    expect(await readdir(directory)).toEqual([]);
    await DirectoryKekProvider.open(elsewhere, missingKek('development', ['static-53a33e861b16']));
    expect(await readdir(directory)).toEqual(['typo']);
  });

  it('retire when their day is over, and once destroyed cannot be had again', async () => {
    const provider = await DirectoryKekProvider.open(directory);
    const today = await provider.current(noon);
    const bytes = await readFile(join(directory, '2026-11-22.key'), 'utf8');
    expect(await provider.retiredBefore(new Date('2026-11-22T23:59:59Z'))).toEqual([]);
    expect(await provider.retiredBefore(new Date('2026-11-23T00:00:00Z'))).toEqual([today.id]);
    expect(await provider.destroy(today.id)).toBe('destroyed');
    await expect(provider.byId(today.id)).rejects.toThrow('destroyed');
    expect((await readdir(directory)).length).toBe(0);
    expect(bytes).toMatch(/^\S{44}\n$/);
  });

  it('are destroyed once, however many processes are at it', async () => {
    const copies = await Promise.all(
      Array.from({ length: 8 }, async () => DirectoryKekProvider.open(directory)),
    );
    const [id] = await Promise.all(copies.map(async (one) => (await one.current(noon)).id));
    const done = await Promise.all(copies.map(async (one) => one.destroy(id ?? '')));
    expect(done.toSorted()).toEqual(['destroyed', ...Array.from({ length: 7 }, () => 'gone already')]);
    expect(await readdir(directory)).toEqual([]);
  });
});
