import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { AdminFixture } from '../spec-support/admin-fixture.js';

let fixture: AdminFixture;
beforeEach(async () => {
  fixture = await AdminFixture.open();
});
afterEach(async () => fixture.close());

async function sql(statement: string, id?: string): Promise<void> {
  await fixture.database.query(statement, id === undefined ? [] : [id]);
}

it('finds nothing while all that is due for erasure is erased', async () => {
  await fixture.process(await fixture.submit(1));
  await fixture.run('erase', await fixture.submit(1));
  expect(await fixture.run('verify')).toEqual({ text: 'Nothing is left that ought to be erased.', json: [] });
});

it('finds what ought to be erased and is not, and what it says to do ends it', async () => {
  const [expired, orphaned, upload] = [
    await fixture.submit(1),
    await fixture.submit(2),
    await fixture.receive(1),
  ];
  await fixture.process(expired);
  await sql(`UPDATE request SET ended_at = now() - interval '169 hours' WHERE id = $1`, expired);
  await sql('DELETE FROM request WHERE id = $1', orphaned);
  await sql(`UPDATE request SET touched_at = now() - interval '1 day' WHERE id = $1`, upload);
  const { text, json, finding } = await fixture.run('verify');
  expect(finding).toBe('something-is-left');
  expect(json).toMatchObject([
    { kind: 'broken upload', count: 1, examples: [upload] },
    { kind: 'expired request', count: 1, examples: [expired] },
    { kind: 'key without a request', count: 1, examples: [orphaned] },
    { kind: 'records without a request', count: 1, examples: [orphaned] },
  ]);
  expect(text).toMatch(new RegExp(`expired request \\(1\\): .*\n  What to do: .*erase <id>\n  ${expired}`));
  for (const id of [expired, orphaned, upload]) await fixture.run('erase', id);
  expect((await fixture.run('verify')).finding).toBeUndefined();
});

it('finds day keys that nothing needs any more', async () => {
  const kekDirectory = join(fixture.folder, 'days');
  fixture.kekSettings = { ...fixture.kekSettings, kekProvider: 'directory', kekDirectory };
  await fixture.startApps();
  await writeFile(join(kekDirectory, '2026-01-01.key'), Buffer.alloc(32, 1).toString('base64'));
  expect((await fixture.run('verify')).json).toMatchObject([
    { kind: 'day key', examples: ['day-2026-01-01'] },
  ]);
  await rm(join(kekDirectory, '2026-01-01.key'));
  expect((await fixture.run('verify')).finding).toBeUndefined();
});
