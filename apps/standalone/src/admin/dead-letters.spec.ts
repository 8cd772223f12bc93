import { DeliveryStore, PullStore, SetAsideStore } from '@mts/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AdminFixture } from '../spec-support/admin-fixture.js';

const FAULT = { code: 'MTS-DLV-105', reason: 'the receiver of the callback refuses what it is sent' };

let fixture: AdminFixture;
beforeEach(async () => {
  fixture = await AdminFixture.open();
});
afterEach(async () => fixture.close());

async function failedDelivery(): Promise<string> {
  const deliveries = new DeliveryStore(fixture.database);
  const id = await fixture.receive(1);
  await deliveries.create(id, 'callback', Buffer.from('sealed'));
  await fixture.database.transaction(async (tx) => fixture.requests.submit(id, 1, tx));
  await fixture.process(id);
  const lease = await deliveries.take(id);
  if (lease !== undefined) await deliveries.end(lease, { state: 'failed', ...FAULT });
  return id;
}

async function failedPull(): Promise<string> {
  const pulls = new PullStore(fixture.database, fixture.requests);
  const id = await fixture.pull();
  const lease = await pulls.take(id);
  if (lease !== undefined)
    await pulls.fail(lease, { code: 'MTS-ODK-001', reason: 'ODK Central does not accept this' });
  return id;
}

async function setAsideRange(): Promise<string> {
  const aside = new SetAsideStore(fixture.database);
  const id = await fixture.submit(3);
  for (let fault = 1; ; fault += 1) {
    await fixture.database.query('UPDATE range SET again_at = NULL WHERE request_id = $1', [id]);
    const lease = await fixture.ranges.take(id, 0);
    if (lease === undefined) throw new Error(`it is not there after ${String(fault)} faults`);
    if (await aside.noteFault(lease, 'SealBrokenError')) return id;
  }
}

describe('dead letters', () => {
  it('are none as long as nothing has failed for good', async () => {
    await fixture.process(await fixture.submit(1));
    expect(await fixture.run('dead-letters', 'list')).toEqual({ text: 'Nothing was given up on.', json: [] });
  });

  it('are listed with why they failed and what can be done about each, by the ids that commands take', async () => {
    const ids = [
      `range/${await setAsideRange()}/0`,
      `delivery/${await failedDelivery()}`,
      `pull/${await failedPull()}`,
    ];
    const { text, json } = await fixture.run('dead-letters', 'list');
    expect((json as { id: string }[]).map(({ id }) => id)).toEqual(ids);
    const [range = '', delivery = '', pull = ''] = text.split('\n\n');
    expect(range).toMatch(/^range\S+, since \S+Z\n  SealBrokenError: .*lines 1 to 3/);
    expect(range).toContain(`npm run admin -- dead-letters put-back ${ids[0] ?? ''}`);
    expect(delivery).toMatch(/^delivery\S+, since \S+Z\n  MTS-DLV-105: the receiver/);
    expect(delivery).toContain(`npm run admin -- dead-letters put-back ${ids[1] ?? ''}`);
    expect(delivery).toMatch(/POST \/authtoken\/requests\/\S+\/cancel$/);
    expect(pull).toMatch(/^pull\S+, since \S+Z\n  MTS-ODK-001: ODK Central/);
    expect(pull).not.toContain('put-back');
    expect(await fixture.run('dead-letters', 'put-back', '--all')).toMatchObject({
      text: expect.stringContaining('2 dead letters put back.'),
      json: { putBack: ids.slice(0, 2), left: [ids[2]] },
    });
    expect((await fixture.run('dead-letters', 'list')).json).toMatchObject([{ id: ids[2] }]);
  });

  it('are worked on again once they are put back', async () => {
    const [range, delivery] = [await setAsideRange(), await failedDelivery()];
    expect(await fixture.ranges.take(range, 0)).toBeUndefined();
    await fixture.run('dead-letters', 'put-back', `range/${range}/0`);
    await fixture.process(range);
    await fixture.run('dead-letters', 'put-back', `delivery/${delivery}`);
    expect(await new DeliveryStore(fixture.database).take(delivery)).toMatchObject({ attempts: 0 });
  });

  it('cannot be put back when nothing of them is left, and the reason is said', async () => {
    const pull = await failedPull();
    await expect(fixture.run('dead-letters', 'put-back', `pull/${pull}`)).rejects.toThrow(
      /source was erased with it\. .*POST \/authtoken\/odk/,
    );
    const delivery = await failedDelivery();
    await fixture.run('erase', delivery);
    await expect(fixture.run('dead-letters', 'put-back', `delivery/${delivery}`)).rejects.toThrow(
      'no dead letter of this id',
    );
    expect((await fixture.run('dead-letters', 'list')).json).toMatchObject([{ id: `pull/${pull}` }]);
  });

  it('of a pull go by the command that stands beside them, so that its caller can hand it in anew', async () => {
    await failedPull();
    const { text } = await fixture.run('dead-letters', 'list');
    const [, command = ''] = /npm run admin -- (.+)$/m.exec(text) ?? [];
    await fixture.run(...command.split(' '));
    expect((await fixture.run('dead-letters', 'list')).json).toEqual([]);
  });

  it('are none when somebody wanted it so: a cancelled pull, a delivery that was withheld', async () => {
    const { steering } = fixture;
    await steering.cancel(await fixture.pull());
    const delivery = await failedDelivery();
    await fixture.run('dead-letters', 'put-back', '--all');
    await steering.cancel(delivery);
    expect((await fixture.run('dead-letters', 'list')).json).toEqual([]);
  });
});
