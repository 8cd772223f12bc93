import { describe, expect, it } from 'vitest';

import { FARTHEST_APART, makePeople, type Made, type MakeOptions } from './people.js';
import { DEFAULT_SHARES, type Shares } from './shares.js';

function made(count: number, seed: number, changes: Partial<Shares> = {}): readonly Made[] {
  const options: MakeOptions = { count, seed, partnerId: 'mts-sample-rp' };
  return [...makePeople({ ...options, shares: { ...DEFAULT_SHARES, ...changes } })];
}

function code({ expected }: Made): string {
  return expected.status === 'processed' ? 'processed' : expected.errorCode;
}

const isMismatch = (each: Made): boolean => ['IDA-DEA-001', 'ATS-REQ-103'].includes(code(each));
const isMalformed = ({ expected }: Made): boolean => expected.status === 'invalid';
const isUnknown = (each: Made): boolean => code(each) === 'IDA-MLC-018';
const isRepeated = ({ sameAsLine }: Made): boolean => sameAsLine !== undefined;

function share(list: readonly Made[], isOne: (each: Made) => boolean): number {
  return list.filter(isOne).length / list.length;
}

/** What the VID of a row is, if it is one. */
function vidType({ row, person }: Made): string | undefined {
  return person?.vids.find(({ vid }) => vid === row.vid)?.type;
}

describe('made people', () => {
  it('are the same for the same seed and others for another', () => {
    expect(made(300, 5)).toEqual(made(300, 5));
    expect(made(300, 6)).not.toEqual(made(300, 5));
  });

  it('begin alike, however many are asked for', () => {
    expect(made(500, 5).slice(0, 300)).toEqual(made(300, 5));
  });

  it('that come twice have two VIDs and one token', () => {
    const list = made(2000, 3);
    const second = list.filter(isRepeated);
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

  it('are stored in two languages, some of them, with the gender in each', () => {
    const genders = made(1000, 4).map(({ person }) => JSON.stringify(person?.identity['gender']));
    const french = '[{"language":"fra","value":"Féminin"},{"language":"eng","value":"Female"}]';
    const arabic = '[{"language":"ara","value":"ذكر"},{"language":"eng","value":"Male"}]';
    for (const stored of [french, arabic, '[{"language":"eng","value":"Male"}]']) {
      expect(genders).toContain(stored);
    }
  });

  it('are never held but for the few that are to come again: these follow closely on their first row', () => {
    const list = made(3000, 8, { repeated: 1 });
    const distances = list.flatMap(({ sameAsLine }, index) =>
      sameAsLine === undefined ? [] : [index + 1 - sameAsLine],
    );
    expect(distances.length).toBeGreaterThan(1000);
    // Somebody due waits for those who are due already, never for anybody new.
    expect(Math.max(...distances)).toBeLessThanOrEqual(2 * FARTHEST_APART);
  });
});

describe('the shares of a list', () => {
  it.each<[string, number, (each: Made) => boolean]>([
    ['whose data do not match', 0.06, isMismatch],
    ['that are malformed', 0.04, isMalformed],
    ['that nobody knows', 0.02, isUnknown],
    ['of people that came before', 0.03, isRepeated],
    ['with a one-time VID', 0, (each) => vidType(each) === 'one-time'],
  ])('have by default rows %s: about %d of all', (_what, expected, isOne) => {
    expect(Math.abs(share(made(3000, 9), isOne) - expected)).toBeLessThan(0.01);
  });

  it.each<[keyof Shares, (each: Made) => boolean]>([
    ['mismatches', isMismatch],
    ['malformed', isMalformed],
    ['unknown', isUnknown],
    ['locked', (each) => code(each) === 'IDA-MLC-019'],
    ['deactivated', (each) => ['IDA-MLC-022', 'IDA-MLC-023'].includes(code(each))],
    ['oneTimeVids', (each) => vidType(each) === 'one-time'],
  ])('can be set: %s', (name, isOne) => {
    const none = { mismatches: 0, malformed: 0, unknown: 0, locked: 0, deactivated: 0, repeated: 0 };
    expect(Math.abs(share(made(1000, 6, { ...none, [name]: 0.4 }), isOne) - 0.4)).toBeLessThan(0.05);
    expect(share(made(200, 6, { ...none, [name]: 1 }), isOne)).toBe(1);
    expect(share(made(200, 6, { ...none, [name]: 0 }), isOne)).toBe(0);
  });

  it('do not let one-time VIDs change what comes of a row', () => {
    const list = made(1000, 6, { oneTimeVids: 1, repeated: 0 }).filter(
      (each) => vidType(each) === 'one-time',
    );
    expect(share(list, ({ expected }) => expected.status === 'processed')).toBeGreaterThan(0.8);
    expect(share(list, (each) => code(each) === 'IDA-MLC-022')).toBe(0); // that one is for UINs
  });
});
