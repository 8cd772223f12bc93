import { rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { type KekSettings, newDataKey, openKekProvider, openRequestKey, wrapDataKey } from '@mts/crypto';
import { keksInUse } from '@mts/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AdminFixture } from '../spec-support/admin-fixture.js';

let fixture: AdminFixture;
let first: string;
beforeEach(async () => {
  fixture = await AdminFixture.open();
  first = await fixture.startApps();
});
afterEach(async () => fixture.close());

/** Starts the apps with other settings, as an operator does. @returns the id of the key that serves now */
async function restartWith(changes: Partial<KekSettings>): Promise<string> {
  fixture.kekSettings = { ...fixture.kekSettings, ...changes };
  return fixture.startApps();
}

/** A new key serves, and the first one is a former one. */
async function rotate(): Promise<string> {
  const { folder } = fixture;
  return restartWith({ kekFile: join(folder, 'second'), kekFilesFormer: [join(folder, 'kek')] });
}

/** Which of a request's keys can be opened with the keys that the apps have. */
async function openable(id: string): Promise<(string | false)[]> {
  const request = await fixture.requests.find(id);
  if (request === null) return [];
  const keks = await openKekProvider(fixture.kekSettings, 'require');
  const open = async (purpose: 'input' | 'results') =>
    (await openRequestKey(request, purpose, keks)) !== undefined && purpose;
  return [await open('input'), await open('results')];
}

describe('rewrapping', () => {
  it('has the present key open what a former one has wrapped, and says that the former one can go', async () => {
    const waiting = await fixture.submit(2);
    const ended = await fixture.submit(2, { keepsInput: true });
    await fixture.process(ended);
    const second = await rotate();
    expect(await fixture.run('rewrap')).toEqual({
      text: `4 keys wrapped anew with ${second}.\nNo request needs ${first} any more: start the apps without its file (${join(fixture.folder, 'kek')}), then destroy that.`,
      json: { current: second, rewrapped: 4, noLongerNeeded: [first], stillNeeded: [], broken: [] },
    });
    await rm(join(fixture.folder, 'kek'));
    await restartWith({ kekFilesFormer: [] });
    for (const id of [waiting, ended]) expect(await openable(id)).toEqual(['input', 'results']);
    expect((await fixture.run('rewrap')).text).toContain(`No request needs another key than ${second}.`);
  });

  it('says again which file can go when it is run again, and never that of a key that has yet to serve', async () => {
    await fixture.submit(1);
    const second = await rotate();
    await fixture.run('rewrap');
    expect(await fixture.run('rewrap')).toEqual({
      text: `Nothing was to be wrapped anew with ${second}.\nNo request needs ${first} any more: start the apps without its file (${join(fixture.folder, 'kek')}), then destroy that.`,
      json: { current: second, rewrapped: 0, noLongerNeeded: [first], stillNeeded: [], broken: [] },
    });
    const next = join(fixture.folder, 'next');
    await writeFile(next, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
    fixture.kekSettings = { ...fixture.kekSettings, kekFilesFormer: [next] };
    const { text, json } = await fixture.run('rewrap');
    expect(text).toContain(`No request needs another key than ${second}.`);
    expect(json).toMatchObject({ noLongerNeeded: [] });
  });

  it('goes on where it was broken off, also among more than one bite', async () => {
    for (let request = 0; request < 3; request += 1) await fixture.submit(1);
    const keks = await openKekProvider(fixture.kekSettings, 'require');
    const kek = await keks.byId(first);
    for (let secret = 0; secret < 1200; secret += 1) await addSecret(randomUUID(), kek);
    const second = await rotate();
    await fixture.database.query(BREAK_OFF);
    await fixture.database.query(
      `CREATE TRIGGER break_off AFTER UPDATE ON wrapped_key FOR EACH STATEMENT EXECUTE FUNCTION break_off()`,
    );
    await expect(fixture.run('rewrap')).rejects.toThrow('broken off');
    await fixture.database.query('DROP TRIGGER break_off ON wrapped_key');
    expect((await keksInUse(fixture.database)).toSorted()).toEqual([first, second].toSorted());
    const { json } = await fixture.run('rewrap');
    expect(json).toMatchObject({ noLongerNeeded: [first] });
    expect((json as { rewrapped: number }).rewrapped).toBeLessThan(1206);
    expect(await keksInUse(fixture.database)).toEqual([second]);
  });

  it('leaves a key erased that is erased meanwhile', async () => {
    const [erased, cut] = [await fixture.submit(1), await fixture.submit(1)];
    await fixture.run('erase', erased);
    await rotate();
    const { database } = fixture;
    // Holds the rows until the command waits for them, as an erasure does.
    const erasure = database.source.createQueryRunner();
    await erasure.startTransaction();
    await erasure.query(`UPDATE wrapped_key SET wrapped = NULL, erased_at = now() WHERE subject = $1`, [cut]);
    const rewrapping = fixture.run('rewrap');
    await fixture.untilSomebodyWaitsForALock();
    await erasure.commitTransaction();
    await erasure.release();
    expect((await rewrapping).json).toMatchObject({ rewrapped: 0, stillNeeded: [] });
    expect(await openable(cut)).toEqual([false, false]);
    expect(await openable(erased)).toEqual([false, false]);
    expect(await keksInUse(database)).toEqual([]);
  });

  it('leads from a file to day keys, and back', async () => {
    const id = await fixture.submit(1);
    const kekDirectory = join(fixture.folder, 'days');
    const day = await restartWith({ kekProvider: 'directory', kekDirectory });
    expect((await fixture.run('rewrap')).json).toMatchObject({ current: day, noLongerNeeded: [first] });
    const back = await restartWith({ kekProvider: 'static' });
    expect(await openable(id)).toEqual(['input', 'results']);
    expect((await fixture.run('rewrap')).json).toMatchObject({ current: back, noLongerNeeded: [day] });
    await rm(kekDirectory, { recursive: true });
    expect(await openable(id)).toEqual(['input', 'results']);
  });

  it('says which key is still needed, and why', async () => {
    const before = await fixture.submit(1);
    await fixture.database.query('UPDATE request SET tokens_by_kek = true WHERE id = $1', [before]);
    await rotate();
    expect(await fixture.run('rewrap')).toMatchObject({
      text: expect.stringContaining(`1 request from before the upgrade to this version needs ${first}`),
      finding: 'something-is-left',
    });
    await fixture.run('erase', before);
    expect((await fixture.run('rewrap')).finding).toBeUndefined();
  });

  it('leaves a key that does not open, names it, and goes on with the others', async () => {
    const [damaged, whole] = [await fixture.submit(1), await fixture.submit(1)];
    await fixture.database.query(
      `UPDATE wrapped_key SET wrapped = $2 WHERE subject = $1 AND purpose = 'results'`,
      [damaged, Buffer.alloc(60)],
    );
    const second = await rotate();
    expect(await fixture.run('rewrap')).toMatchObject({
      text: `2 keys wrapped anew with ${second}.\nA key of ${damaged} does not open, and nobody can read what it has sealed. Erase that, and run this again: npm run admin -- erase ${damaged}\nNothing else needs ${first}.`,
      json: { rewrapped: 2, noLongerNeeded: [], stillNeeded: [], broken: [damaged] },
      finding: 'something-is-left',
    });
    expect((await fixture.requests.find(whole))?.kekId).toBe(second);
    await fixture.run('erase', damaged);
    expect((await fixture.run('rewrap')).finding).toBeUndefined();
  });

  it('writes nothing while a former key is not there, and names it', async () => {
    const id = await fixture.submit(1);
    await rotate();
    await restartWith({ kekFilesFormer: [] });
    await expect(fixture.run('rewrap')).rejects.toThrow(first);
    await restartWith({ kekFilesFormer: [join(fixture.folder, 'kek')] });
    expect(await openable(id)).toEqual(['input', 'results']);
  });

  it('writes nothing with a key that no app has been started with', async () => {
    const id = await fixture.submit(1);
    const { folder, kekSettings } = fixture;
    await writeFile(join(folder, 'own'), Buffer.alloc(32, 7).toString('base64'));
    fixture.kekSettings = {
      ...kekSettings,
      kekFile: join(folder, 'own'),
      kekFilesFormer: [join(folder, 'kek')],
    };
    await expect(fixture.run('rewrap')).rejects.toThrow('No app has been started with');
    fixture.kekSettings = kekSettings;
    expect(await openable(id)).toEqual(['input', 'results']);
  });
});

/** Lets one bite through. */
const BREAK_OFF = `
  CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (SELECT count(*) FROM wrapped_key WHERE kek_id = (SELECT id FROM kek ORDER BY created_at DESC LIMIT 1)) > 600 THEN
      RAISE EXCEPTION 'broken off';
    END IF;
    RETURN NULL;
  END $$`;

async function addSecret(id: string, kek: Parameters<typeof wrapDataKey>[1]): Promise<void> {
  await fixture.database.query(
    `INSERT INTO wrapped_key (subject, purpose, kek_id, wrapped) VALUES ($1, 'idempotency', $2, $3)`,
    [id, kek.id, wrapDataKey(newDataKey(), kek, id, 'idempotency')],
  );
}
