import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { errorText } from '@mts/domain';
import { DeliveryStore, ProfileStore, PullStore, SeederStore, SetAsideStore } from '@mts/store';
import { IDLE_SEEDER } from '@mts/testing';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

import { AdminFixture } from '../spec-support/admin-fixture.js';

const GUIDE = new URL('../../../../docs/guide/looking-after-it.md', import.meta.url);
/** What the guide shows of a terminal: a command, and what it answers. */
const EXAMPLE = /^( *)\$ npm run admin -- (.+)\n([^]*?)^\1```$/gm;

let shown: ReadonlyMap<string, string>;
let fixture: AdminFixture;
beforeAll(async () => {
  const examples = [...(await readFile(GUIDE, 'utf8')).matchAll(EXAMPLE)];
  shown = new Map(
    examples.map(([, indent = '', command = '', text = '']) => [
      command.replace(/ (?:range\/)?[0-9a-f-]{36}(?:\/\d+)?$/, ' <id>'),
      text.replaceAll(new RegExp(`^${indent}`, 'gm'), '').trimEnd(),
    ]),
  );
});
beforeEach(async () => {
  fixture = await AdminFixture.open();
});
afterEach(async () => fixture.close());

/** Ids, keys and moments by the order in which they come, each as long as it was: they differ each time. */
function comparable(text: string): string {
  const seen: string[] = [];
  return text
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|static-[0-9a-f]{12}/g, (id) => {
      if (!seen.includes(id)) seen.push(id);
      return `#${String(seen.indexOf(id))}`.padEnd(id.length, '.');
    })
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'YYYY-MM-DDTHH:MM:SSZ');
}

/** What the program answers. */
async function real(command: string, id?: string): Promise<string> {
  const { text } = await fixture.run(...command.replace('<id>', id ?? '').split(' '));
  return comparable(text.replaceAll(`${fixture.folder}/`, '/keys/'));
}

/** What the guide says that it answers. */
function told(command: string): string {
  return comparable(shown.get(command) ?? '');
}

const sql = async (statement: string, ...parameters: unknown[]): Promise<unknown> =>
  fixture.database.query(statement, parameters);

/** @returns the id of a range that is set aside */
async function failForGood(): Promise<string> {
  const { database, requests, ranges } = fixture;
  const range = await fixture.submit(1);
  await sql('UPDATE range SET n = 3, from_line = 1501, to_line = 2000 WHERE request_id = $1', range);
  await sql('UPDATE record SET line = 1845 WHERE request_id = $1', range);
  const aside = new SetAsideStore(database);
  for (let isAside = false; !isAside;) {
    await sql('UPDATE range SET again_at = NULL WHERE request_id = $1', range);
    const lease = await ranges.take(range, 3);
    if (lease === undefined) throw new Error('there is no work');
    isAside = await aside.noteFault(lease, 'SealBrokenError');
  }
  const [deliveries, delivery] = [new DeliveryStore(database), await fixture.receive(1)];
  await deliveries.create(delivery, 'callback', Buffer.from('sealed'));
  await database.transaction(async (tx) => requests.submit(delivery, 1, tx));
  await fixture.process(delivery);
  const delivering = await deliveries.take(delivery);
  const refused = { code: 'MTS-DLV-105', reason: errorText('MTS-DLV-105', { problem: 'HTTP 404' }) };
  if (delivering !== undefined) await deliveries.end(delivering, { state: 'failed', ...refused });
  const pulls = new PullStore(database, requests);
  const pulling = await pulls.take(await fixture.pull());
  const failed = { code: 'MTS-ODK-001', reason: errorText('MTS-ODK-001') };
  if (pulling !== undefined) await pulls.fail(pulling, failed);
  return `range/${range}/3`;
}

it('shows how requests stand as the program does', async () => {
  const id = await fixture.submit(1000);
  await fixture.ranges.take(id, 0);
  await sql('UPDATE range SET done = 412, failed = 9, invalid = 30 WHERE request_id = $1 AND n = 0', id);
  await fixture.steering.pause(id);
  expect(await real('requests list --state processing')).toBe(told('requests list --state processing'));
});

it('shows holds and how one is lifted as the program does', async () => {
  const id = await fixture.submit(1);
  const profile = new ProfileStore(fixture.database, 'default');
  // What the seeder makes of this code: apps/seeder/src/profile/reason.spec.ts looks whether it stands in the guide.
  const [, reason = ''] = /IDA-MPA-008: (.*)/.exec(shown.get('holds list') ?? '') ?? [];
  await profile.hold('preflight', 'IDA-MPA-008', reason);
  const [, clock = ''] = /IDA-MLC-001: (.*)/.exec(shown.get('holds list') ?? '') ?? [];
  const [seeders, held] = [new SeederStore(fixture.database), randomUUID()];
  await seeders.beat(held, { ...IDLE_SEEDER, host: 'worker-7', processId: 4711 });
  await profile.holdSeeder(held, 'IDA-MLC-001', clock, 30_000);
  await fixture.steering.pause(id);
  expect(await real('holds list')).toBe(told('holds list'));
  await profile.lift();
  await seeders.leave(held);
  expect(await real('holds lift <id>', id)).toBe(told('holds lift <id>'));
});

it('shows dead letters and how they are put back as the program does', async () => {
  await failForGood();
  expect(await real('dead-letters list')).toBe(told('dead-letters list'));
  expect(await real('dead-letters put-back --all')).toBe(told('dead-letters put-back --all'));
});

it('shows how records that cannot be read are given up as the program does', async () => {
  const range = await failForGood();
  expect(await real('dead-letters give-up <id>', range)).toBe(told('dead-letters give-up <id>'));
});

it('shows what is left over, and how it is erased, as the program does', async () => {
  const id = await fixture.submit(1);
  await fixture.process(id);
  await sql(`UPDATE request SET total = 1000, ended_at = now() - interval '169 hours' WHERE id = $1`, id);
  expect(await real('verify')).toBe(told('verify'));
  expect(await real('erase <id>', id)).toBe(told('erase <id>'));
});

it('shows how a key is exchanged as the program does', async () => {
  const { folder, kekSettings } = fixture;
  const old = join(folder, 'kek-2025');
  fixture.kekSettings = { ...kekSettings, kekFile: old };
  await fixture.startApps();
  await fixture.submit(1);
  fixture.kekSettings = { ...kekSettings, kekFile: join(folder, 'kek-2026'), kekFilesFormer: [old] };
  await fixture.startApps();
  expect(await real('rewrap')).toBe(told('rewrap'));
});

it('shows no other example', () => {
  expect([...shown.keys()].toSorted()).toEqual([
    'dead-letters give-up <id>',
    'dead-letters list',
    'dead-letters put-back --all',
    'erase <id>',
    'holds lift <id>',
    'holds list',
    'requests list --state processing',
    'rewrap',
    'verify',
  ]);
});
