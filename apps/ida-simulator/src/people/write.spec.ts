import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import { makePeople, type Made } from './people.js';
import { PeopleError, ROWS_PER_PIECE, writePeople } from './write.js';

const SAMPLE = fileURLToPath(new URL('../../sample/', import.meta.url));

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'people-'));
  onTestFinished(async () => rm(directory, { recursive: true }));
  return directory;
}

function made(count: number, seed: number): readonly Made[] {
  return [...makePeople({ count, seed, partnerId: 'mts-sample-rp' })];
}

function code({ expected }: Made): string {
  return expected.status === 'processed' ? 'processed' : expected.errorCode;
}

function outcomes(list: readonly Made[]): Readonly<Record<string, number>> {
  const names = list.map(code);
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, names.filter((each) => each === name).length]),
  );
}

describe('the sample', () => {
  it('is what the generator makes of seed 1, byte for byte', async () => {
    const directory = await temporaryDirectory();
    await writePeople({ count: 1000, seed: 1, directory });
    const names = (await readdir(directory)).toSorted();
    expect(names).toEqual(['expected.csv', 'people.csv', 'population.ndjson']);
    for (const name of names) {
      expect(await readFile(join(directory, name), 'utf8')).toBe(await readFile(join(SAMPLE, name), 'utf8'));
    }
  });

  it('holds every kind of outcome, and people that come twice', () => {
    const list = made(1000, 1);
    const counted = outcomes(list);
    for (const each of [
      'IDA-DEA-001',
      'ATS-REQ-103',
      'IDA-MLC-018',
      'IDA-MLC-019',
      'IDA-MLC-023',
      'ATS-REQ-002',
      'ATS-REQ-007',
      'ATS-REQ-009',
    ]) {
      expect(counted[each]).toBeGreaterThan(0);
    }
    expect(list.filter(({ sameAsLine }) => sameAsLine !== undefined).length).toBeGreaterThanOrEqual(2);
  });
});

describe('a written list', () => {
  it('has tokens of the partner that is named', async () => {
    const directory = await temporaryDirectory();
    const { expected } = await writePeople({ count: 20, seed: 1, directory, partnerId: 'another' });
    const others = await readFile(join(SAMPLE, 'expected.csv'), 'utf8');
    const tokens = (await readFile(expected, 'utf8')).match(/\d{36}/g) ?? [];
    expect(tokens.length).toBeGreaterThan(10);
    expect(tokens.some((token) => others.includes(token))).toBe(false);
  });

  it('is quoted as RFC 4180 asks', async () => {
    const text = await readFile(join(SAMPLE, 'people.csv'), 'utf8');
    expect(text.split('\r\n')[0]).toBe('vid,name,gender,dob,phoneNumber,emailId,fullAddress');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(text.match(/^(?:[^",]*,){6}(?:"(?:[^"]|"")*"|[^",]*)$/gm)).toHaveLength(1001);
  });

  it('goes to disk piece by piece, so that memory does not grow with it', async () => {
    const directory = await temporaryDirectory();
    const rowsOnDisk = (): number =>
      readFileSync(join(directory, 'people.csv.part'), 'utf8').split('\r\n').length - 2; // head and end
    const seen: (readonly [reported: number, onDisk: number])[] = [];
    const onProgress = (rowCount: number): void => void seen.push([rowCount, rowsOnDisk()]);
    await writePeople({ count: 1000, seed: 1, directory, onProgress });
    const pieces = Array.from(
      { length: 1000 / ROWS_PER_PIECE },
      (_unused, index) => (index + 1) * ROWS_PER_PIECE,
    );
    expect(seen).toEqual(pieces.map((rowCount) => [rowCount, rowCount]));
  });
});

describe('a list that cannot be completed', () => {
  it('leaves nothing when it is cancelled, and keeps the complete one that was there', async () => {
    const directory = await temporaryDirectory();
    await writePeople({ count: 20, seed: 1, directory });
    const before = await readFile(join(directory, 'people.csv'), 'utf8');
    const cancellation = new AbortController();
    const { signal } = cancellation;
    const onProgress = (): void => cancellation.abort();
    const writing = writePeople({ count: 100_000, seed: 2, directory, signal, onProgress });
    await expect(writing).rejects.toThrow('aborted');
    expect((await readdir(directory)).toSorted()).toEqual([
      'expected.csv',
      'people.csv',
      'population.ndjson',
    ]);
    expect(await readFile(join(directory, 'people.csv'), 'utf8')).toBe(before);
  });

  it('takes the folders away that it has made', async () => {
    const parent = await temporaryDirectory();
    const directory = join(parent, 'new', 'people');
    const writing = writePeople({ count: 1000, seed: 2, directory, signal: AbortSignal.abort() });
    await expect(writing).rejects.toThrow('aborted');
    expect(await readdir(parent)).toEqual([]);
  });

  it.skipIf(!existsSync('/proc/self'))('says so where the kernel lets nobody make a folder', async () => {
    const directory = '/proc/people/below';
    await expect(writePeople({ count: 5, seed: 1, directory })).rejects.toThrow(
      new PeopleError(`The people cannot be written to ${directory}: no folder can be made there.`),
    );
  });

  it('takes no part of an earlier process for its own', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'people.csv.part'), 'x'.repeat(1_000_000));
    const { people } = await writePeople({ count: 5, seed: 1, directory });
    expect((await readFile(people, 'utf8')).split('\r\n')).toHaveLength(7);
    expect(await readdir(directory)).toHaveLength(3);
  });

  it.skipIf(!existsSync('/dev/full'))('says so in one sentence when the disk is full', async () => {
    const directory = await temporaryDirectory();
    await symlink('/dev/full', join(directory, 'population.ndjson.part'));
    const writing = writePeople({ count: 5, seed: 1, directory });
    await expect(writing).rejects.toThrow(
      new PeopleError(`The people cannot be written to ${directory}: the disk is full.`),
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('says so in one sentence when the folder is none', async () => {
    const file = join(await temporaryDirectory(), 'file');
    await writeFile(file, '');
    for (const directory of [file, join(file, 'below')]) {
      await expect(writePeople({ count: 5, seed: 1, directory })).rejects.toThrow(
        new PeopleError(`The people cannot be written to ${directory}: it is not a folder.`),
      );
    }
  });
});
