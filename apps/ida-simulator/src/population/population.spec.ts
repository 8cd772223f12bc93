import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import { IdIndex } from './id-index.js';
import type { Person } from './person.js';
import { Population } from './population.js';

const HELENE: Person = {
  uin: '7405214302',
  vids: [{ vid: '7465075291703420', type: 'perpetual' }],
  identity: { fullName: [{ language: 'eng', value: 'Hélène ኃይሉ' }], dateOfBirth: '1976/01/01' },
};
const ABEBE: Person = {
  uin: '4218312615',
  vids: [{ vid: '9830872690593682', type: 'temporary' }],
  identity: {},
};

async function load(text: string): Promise<Population> {
  const directory = await mkdtemp(join(tmpdir(), 'population-'));
  onTestFinished(async () => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'population.ndjson'), text);
  const population = await Population.load(join(directory, 'population.ndjson'));
  onTestFinished(() => population.close());
  return population;
}

const lines = (...people: readonly unknown[]): string =>
  people.map((person) => `${JSON.stringify(person)}\n`).join('');

describe('a population', () => {
  it('finds a person by the UIN and by each VID, and says by which', async () => {
    const population = await load(lines(HELENE, ABEBE));
    expect(population.size).toBe(2);
    expect(population.find('7405214302')).toEqual({ person: HELENE, vid: undefined });
    expect(population.find('9830872690593682')).toEqual({ person: ABEBE, vid: ABEBE.vids[0] });
  });

  it('finds a person by a handle', async () => {
    const handles = ['+919876543210@phone', 'helene@mail'];
    const population = await load(lines(ABEBE, { ...HELENE, handles }));
    for (const handle of handles) {
      expect(population.find(handle)).toEqual({ person: { ...HELENE, handles }, vid: undefined });
    }
    expect(population.find('@phone')).toBeUndefined();
  });

  it.each(['7405214301', '', 'abc', '07405214302', '123456789012345678901'])(
    'does not find %j',
    async (id) => {
      expect((await load(lines(HELENE))).find(id)).toBeUndefined();
    },
  );

  it('needs no line break at the end, and takes none of it for a person', async () => {
    expect((await load(lines(HELENE).trimEnd())).size).toBe(1);
    expect((await load('')).size).toBe(0);
  });

  it('finds everybody in a file that is read in several pieces', async () => {
    const people = Array.from({ length: 3000 }, (_unused, index) => ({
      ...HELENE,
      uin: String(2_000_000_000 + index),
      vids: [],
    }));
    const population = await load(lines(...people));
    expect(people.every(({ uin }) => population.find(uin)?.person.uin === uin)).toBe(true);
  });

  it('finds whoever stands behind a line that is longer than what is read at once', async () => {
    const long = { ...HELENE, identity: { note: 'x'.repeat(3_000_000) } };
    const population = await load(lines(long, ABEBE));
    expect(population.find(ABEBE.uin)?.person).toEqual(ABEBE);
    expect(population.find(HELENE.uin)?.person).toEqual(long);
  });

  it('forgets a limited VID that was used up, and no other one', async () => {
    const population = await load(lines(HELENE, ABEBE));
    for (const vid of [...HELENE.vids, ...ABEBE.vids]) population.consume(vid);
    expect(population.find('9830872690593682')).toBeUndefined();
    expect(population.find(ABEBE.uin)?.person).toEqual(ABEBE);
    expect(population.find('7465075291703420')?.person).toEqual(HELENE);
  });

  it.each([
    ['nonsense', 'line 2 is not JSON'],
    ['[]', 'line 2 is not a JSON object'],
    [JSON.stringify({ ...ABEBE, uin: 'abc' }), 'line 2 uin is not a text of 1 to 16 digits'],
    [JSON.stringify({ ...ABEBE, vids: [{ vid: '1', type: 'forever' }] }), 'line 2 vids is not a list'],
    [
      JSON.stringify({ ...ABEBE, vids: [{ vid: '1', type: 'temporary', expiresAt: 'soon' }] }),
      'line 2 vids is not',
    ],
    [
      JSON.stringify({ ...ABEBE, vids: [{ vid: '1', type: 'temporary', revoked: 'yes' }] }),
      'line 2 vids is not',
    ],
    [JSON.stringify({ ...ABEBE, handles: ['me'] }), 'line 2 handles is not a list of texts with an @'],
    [JSON.stringify({ ...ABEBE, identity: { phone: 1 } }), 'line 2 identity holds something else than texts'],
    [
      JSON.stringify({ ...ABEBE, biometrics: { Face: 1 } }),
      'line 2 biometrics holds something else than texts',
    ],
    [JSON.stringify({ ...ABEBE, locked: 'yes' }), 'line 2 locked is neither true nor false'],
    [JSON.stringify(HELENE), 'line 2 has an id that stood there before'],
  ])('is refused, by the number of the line, for %s', async (line, message) => {
    await expect(load(`${lines(HELENE)}${line}\n`)).rejects.toThrow(message);
  });
});

it.each([
  ['/nowhere/population.ndjson', 'which cannot be read (ENOENT)'],
  [tmpdir(), 'which cannot be read (EISDIR)'],
  [fileURLToPath(new URL('../../sample/people.csv', import.meta.url)), 'whose line 1 is not JSON'],
])(
  'a population file that is none is refused with its variable, its name and what is expected: %s',
  async (file, reason) => {
    await expect(Population.load(file)).rejects.toThrow(
      `IDA_SIMULATOR_POPULATION names ${file}, ${reason}. It must be a file with one person a line as a JSON object, such as the population.ndjson that npm run people writes.`,
    );
  },
);

describe('the index of ids', () => {
  it('tells ids of different lengths apart', () => {
    const index = new IdIndex();
    expect(index.add('1', 7)).toBe(true);
    expect(index.add('01', 8)).toBe(true);
    expect(index.add('0000000000000001', 9)).toBe(true);
    expect(['1', '01', '0000000000000001', '001'].map((id) => index.get(id))).toEqual([7, 8, 9, undefined]);
  });

  it('replaces a number, and takes nothing for an id that is none', () => {
    const index = new IdIndex();
    index.set('7465075291703420', 1);
    index.set('7465075291703420', 0);
    expect(index.get('7465075291703420')).toBe(0);
    expect(() => index.set('74650752917O3420', 1)).toThrow(RangeError);
    expect(() => index.add('', 1)).toThrow(RangeError);
  });

  it('counts its ids, and has none when it was cleared', () => {
    const index = new IdIndex();
    index.set('12', 5);
    index.set('12', 6);
    expect(index.size).toBe(1);
    index.clear();
    expect([index.size, index.get('12')]).toEqual([0, undefined]);
    expect(index.add('12', 7)).toBe(true);
  });

  it('keeps every id while it grows, and refuses one that is there', () => {
    const index = new IdIndex();
    const ids = Array.from({ length: 20_000 }, (_unused, number) => String(2e15 + number * 7_919_000_003));
    expect(ids.every((id, number) => index.add(id, number))).toBe(true);
    expect(ids.every((id, number) => index.get(id) === number)).toBe(true);
    expect(index.add(ids[500] ?? '', 1)).toBe(false);
  });
});
