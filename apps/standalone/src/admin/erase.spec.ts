import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AdminFixture } from '../spec-support/admin-fixture.js';

let fixture: AdminFixture;
beforeAll(async () => {
  fixture = await AdminFixture.open();
});
afterAll(async () => fixture.close());

/** What of a request can still be opened, and how many records are left. */
async function left(id: string): Promise<{ openable: boolean; records: number }> {
  const request = await fixture.requests.find(id);
  const [rows] = await fixture.database.query<{ records: number }>(
    'SELECT count(*)::int AS records FROM record WHERE request_id = $1',
    [id],
  );
  const keys = [request?.wrappedInputKey, request?.wrappedResultsKey];
  return { openable: keys.some((key) => key != null), records: rows?.records ?? -1 };
}

describe('erasing a request', () => {
  it.each([
    ['waits', async () => fixture.submit(3), 'submitted'],
    ['is being worked on', working, 'processing'],
    ['has ended', ended, 'processed'],
    ['is being pulled', async () => fixture.pull(), 'pulling'],
  ])('that %s leaves nothing of it, and says what it was', async (_, make, was) => {
    const id = await make();
    const { text, json } = await fixture.run('erase', id);
    expect(text).toContain(`Request ${id} (${was}) is erased`);
    expect(json).toMatchObject({ id, erased: true, was });
    expect(await left(id)).toEqual({ openable: false, records: 0 });
    expect((await fixture.run('erase', id)).text).toMatch(/was erased before on \S+Z/);
  });

  it('that is still being handed in leaves not even its row', async () => {
    const id = await fixture.receive(3);
    expect((await fixture.run('erase', id)).json).toEqual({ id, erased: true, was: 'receiving' });
    expect(await left(id)).toEqual({ openable: false, records: 0 });
    await expect(fixture.requests.keepAlive(id)).rejects.toThrow('gone');
    await expect(fixture.run('erase', id)).rejects.toThrow(`There is no request ${id}.`);
  });
});

async function working(): Promise<string> {
  const id = await fixture.submit(3);
  await fixture.ranges.take(id, 0);
  return id;
}

async function ended(): Promise<string> {
  const id = await fixture.submit(3);
  await fixture.process(id);
  return id;
}
