import { openRequestKey, openKekProvider, RecordSealer } from '@mts/crypto';
import { SetAsideStore } from '@mts/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AdminFixture } from '../spec-support/admin-fixture.js';

let fixture: AdminFixture;
beforeEach(async () => {
  fixture = await AdminFixture.open();
});
afterEach(async () => fixture.close());

async function sealerOf(id: string, purpose: 'input' | 'results'): Promise<RecordSealer> {
  const [request, keks] = [
    await fixture.requests.find(id),
    await openKekProvider(fixture.kekSettings, 'require'),
  ];
  const key = request && (await openRequestKey(request, purpose, keks));
  if (!key) throw new Error('the request cannot be opened');
  return new RecordSealer(key);
}

/** Three records, of which those of these lines open; the fixture's do not. */
async function setAside(...whole: readonly number[]): Promise<string> {
  const id = await fixture.submit(3);
  const sealer = await sealerOf(id, 'input');
  for (const line of whole) {
    const place = { table: 'record', column: 'sealed_input', requestId: id, line };
    await fixture.database.query('UPDATE record SET sealed_input = $3 WHERE request_id = $1 AND line = $2', [
      id,
      line,
      sealer.seal(place, Buffer.from('{}')),
    ]);
  }
  for (;;) {
    await fixture.database.query('UPDATE range SET again_at = NULL WHERE request_id = $1', [id]);
    const lease = await fixture.ranges.take(id, 0);
    if (lease === undefined) throw new Error('there is no work');
    if (await new SetAsideStore(fixture.database).noteFault(lease, 'SealBrokenError')) return id;
  }
}

interface Row {
  readonly line: number;
  readonly state: string;
  readonly code: string | null;
  readonly sealed: Buffer | null;
}

async function rows(id: string): Promise<Row[]> {
  return fixture.database.query<Row>(
    'SELECT line, state, error_code AS code, sealed_outcome AS sealed FROM record WHERE request_id = $1 ORDER BY line',
    [id],
  );
}

describe('giving up the records of a range that do not open', () => {
  it('ends these alone, with a code of their own, and has the others go on until the list ends', async () => {
    const id = await setAside(2);
    const { text, json } = await fixture.run('dead-letters', 'give-up', `range/${id}/0`);
    expect(json).toEqual({ id: `range/${id}/0`, code: 'MTS-IDA-007', lines: [1, 3] });
    expect(text).toContain('2 records');
    const [first, second, third] = await rows(id);
    expect([first?.code, second?.state, third?.code]).toEqual(['MTS-IDA-007', 'submitted', 'MTS-IDA-007']);
    const place = { table: 'record', column: 'sealed_outcome', requestId: id, line: 3 };
    const row = (await sealerOf(id, 'results')).open(place, third?.sealed ?? Buffer.alloc(0));
    expect(JSON.parse(row.toString())).toMatchObject({ vid: null, token: null, errorCode: 'MTS-IDA-007' });
    expect((await fixture.run('dead-letters', 'list')).json).toEqual([]);
    await fixture.process(id);
    expect((await fixture.requests.find(id))?.state).toBe('processed_with_errors');
  });

  it('ends the lines that share their outcome too', async () => {
    const id = await setAside(2);
    await fixture.database.query('UPDATE record SET twin_of_line = 1 WHERE request_id = $1 AND line = 3', [
      id,
    ]);
    const { json } = await fixture.run('dead-letters', 'give-up', `range/${id}/0`);
    expect(json).toMatchObject({ lines: [1, 3] });
    expect((await rows(id)).map(({ code }) => code)).toEqual(['MTS-IDA-007', null, 'MTS-IDA-007']);
  });

  it('is refused where all of them open, for something else is to blame', async () => {
    const id = await setAside(1, 2, 3);
    await expect(fixture.run('dead-letters', 'give-up', `range/${id}/0`)).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('All records of this range can be read'),
    });
    expect((await fixture.run('dead-letters', 'list')).json).toHaveLength(1);
  });

  it('is refused without the key of the request, for then nobody can tell which they are', async () => {
    const id = await setAside(2);
    fixture.kekSettings = { ...fixture.kekSettings, kekFile: `${fixture.folder}/another` };
    await openKekProvider(fixture.kekSettings, 'create');
    await expect(fixture.run('dead-letters', 'give-up', `range/${id}/0`)).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('Its key cannot be had'),
    });
    expect((await rows(id)).map(({ state }) => state)).toEqual(['submitted', 'submitted', 'submitted']);
  });

  it('is for ranges that are set aside, and for nothing else', async () => {
    const id = await fixture.submit(1);
    await expect(fixture.run('dead-letters', 'give-up', `range/${id}/0`)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('one that is tried again by itself stands in holds list'),
    });
    await expect(fixture.run('dead-letters', 'give-up', `pull/${id}`)).rejects.toMatchObject({
      code: 'wrong-use',
    });
  });
});
