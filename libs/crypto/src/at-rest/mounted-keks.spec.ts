import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { checkValue, type KekSettings, openKekProvider } from './index.js';

const NOON = new Date('2026-11-22T12:00:00Z');

let directory: string;
let settings: KekSettings;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mts-former-'));
  settings = {
    kekProvider: 'static',
    kekFile: join(directory, 'new'),
    kekFilesFormer: [],
    kekDirectory: undefined,
  };
});
afterEach(async () => rm(directory, { recursive: true }));

/** The key that a former set-up has wrapped with. */
async function keyOf(changes: Partial<KekSettings>) {
  const provider = await openKekProvider({ ...settings, ...changes }, 'create');
  return provider.current(NOON);
}

describe('keys that served before', () => {
  it('are found by their ids, and new data keys are wrapped with the one that serves', async () => {
    const [first, second] = [join(directory, 'first'), join(directory, 'second')];
    const former = [await keyOf({ kekFile: first }), await keyOf({ kekFile: second })];
    const provider = await openKekProvider({ ...settings, kekFilesFormer: [first, second] }, 'create');
    const current = await provider.current(NOON);
    expect(former.map(({ id }) => id)).not.toContain(current.id);
    for (const kek of [...former, current])
      expect(checkValue(await provider.byId(kek.id)).equals(checkValue(kek))).toBe(true);
  });

  it('are found when day keys follow a file, and when a file follows day keys', async () => {
    const kekDirectory = join(directory, 'days');
    const [file, day] = [await keyOf({}), await keyOf({ kekProvider: 'directory', kekDirectory })];
    for (const kekProvider of ['static', 'directory'] as const) {
      const provider = await openKekProvider({ ...settings, kekProvider, kekDirectory }, 'require');
      for (const kek of [file, day]) expect((await provider.byId(kek.id)).key.equals(kek.key)).toBe(true);
    }
  });

  it('may all be gone, where the options of the other provider name a place with nothing in it', async () => {
    const kekDirectory = join(directory, 'days');
    const days = await openKekProvider({ ...settings, kekProvider: 'directory', kekDirectory }, 'require');
    expect((await days.current(NOON)).id).toBe('day-2026-11-22');
    await expect(days.byId('static-000000000000')).rejects.toThrow('MTS_KEK_FILES_FORMER');
    const nowhere = join(directory, 'nowhere');
    const file = await openKekProvider({ ...settings, kekDirectory: nowhere }, 'create');
    await expect(file.byId('day-2026-11-21')).rejects.toThrow('MTS_KEK_FILES_FORMER');
  });

  it.each([
    ['is not there', undefined, /^MTS_KEK_FILES_FORMER names .*former, which is not there/],
    ['holds no key', 'c2hvcnQ=', /former must hold one key of 32 bytes/],
  ])('stop the start when a file that is named as one %s', async (_, content, sentence) => {
    const former = join(directory, 'former');
    if (content !== undefined) await writeFile(former, content);
    await expect(openKekProvider({ ...settings, kekFilesFormer: [former] }, 'create')).rejects.toThrow(
      sentence,
    );
  });
});
