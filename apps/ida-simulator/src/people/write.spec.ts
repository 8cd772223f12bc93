import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import { makePeople, type Made } from './people.js';
import { writePeople } from './write.js';

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

describe('made people', () => {
  it('are the same for the same seed and others for another', () => {
    expect(made(300, 5)).toEqual(made(300, 5));
    expect(made(300, 6)).not.toEqual(made(300, 5));
  });

  it('begin alike, however many are asked for', () => {
    expect(made(500, 5).slice(0, 300)).toEqual(made(300, 5));
  });

  it.each<[string, number, (each: Made) => boolean]>([
    ['whose data do not match', 0.06, (each) => ['IDA-DEA-001', 'ATS-REQ-103'].includes(code(each))],
    ['that are malformed', 0.04, (each) => each.expected.status === 'invalid'],
    ['that nobody knows', 0.02, (each) => code(each) === 'IDA-MLC-018'],
    ['of people that came before', 0.03, (each) => each.sameAsLine !== undefined],
  ])('have rows %s: about %d of all', (_what, share, isOne) => {
    const list = made(3000, 9);
    const actual = list.filter(isOne).length / list.length;
    expect(Math.abs(actual - share)).toBeLessThan(0.01);
  });

  it('that come twice have two VIDs and one token', () => {
    const list = made(2000, 3);
    const second = list.filter(({ sameAsLine }) => sameAsLine !== undefined);
    expect(second.length).toBeGreaterThan(20);
    for (const { row, expected, sameAsLine = 0 } of second) {
      const first = list[sameAsLine - 1];
      expect(first?.expected).toEqual(expected);
      expect(first?.row.vid).not.toBe(row.vid);
      expect(first?.person?.vids.map(({ vid }) => vid)).toContain(row.vid);
    }
  });

  it('are written in several scripts, composed (NFC)', () => {
    const names = made(500, 2).map(({ row }) => row.name);
    for (const script of ['Latin', 'Arabic', 'Devanagari', 'Ethiopic']) {
      expect(names.some((name) => new RegExp(`\\p{Script=${script}}`, 'u').test(name))).toBe(true);
    }
    expect(names.every((name) => name === name.normalize('NFC'))).toBe(true);
  });

  it('have tokens of the partner that is named', async () => {
    const directory = await temporaryDirectory();
    const { expected } = await writePeople({ count: 20, seed: 1, directory, partnerId: 'another' });
    const others = await readFile(join(SAMPLE, 'expected.csv'), 'utf8');
    const tokens = (await readFile(expected, 'utf8')).match(/\d{36}/g) ?? [];
    expect(tokens.length).toBeGreaterThan(10);
    expect(tokens.some((token) => others.includes(token))).toBe(false);
  });

  it('are quoted as RFC 4180 asks', async () => {
    const text = await readFile(join(SAMPLE, 'people.csv'), 'utf8');
    expect(text.split('\r\n')[0]).toBe('vid,name,gender,dob,phoneNumber,emailId,fullAddress');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(text.match(/^(?:[^",]*,){6}(?:"(?:[^"]|"")*"|[^",]*)$/gm)).toHaveLength(1001);
  });
});
