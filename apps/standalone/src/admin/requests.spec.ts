import { afterAll, beforeAll, expect, it } from 'vitest';

import { AdminFixture } from '../spec-support/admin-fixture.js';

let fixture: AdminFixture;
beforeAll(async () => {
  fixture = await AdminFixture.open();
});
afterAll(async () => fixture.close());

it('lists how requests stand, the latest first, or those of some states', async () => {
  expect((await fixture.run('requests', 'list')).text).toBe('There are no such requests.');
  const [ended, waiting] = [await fixture.submit(2), await fixture.submit(3)];
  await fixture.process(ended);
  await fixture.steering.pause(waiting);
  const all = await fixture.run('requests', 'list');
  expect(all.text.split('\n').slice(1)).toEqual([
    expect.stringMatching(`^${waiting}  \\S+Z  submitted +csv +3 +0 +0 +0 +operator$`),
    expect.stringMatching(`^${ended}  \\S+Z  processed +csv +2 +2 +0 +0$`),
  ]);
  expect((await fixture.run('requests', 'list', '--state', 'processed,cancelled')).json).toMatchObject({
    requests: [{ id: ended, state: 'processed', done: 2, holds: [] }],
    more: 0,
  });
});

it('says of one that is being cancelled that it is', async () => {
  const id = await fixture.submit(1);
  const lease = await fixture.ranges.take(id, 0);
  await fixture.steering.cancel(id);
  const { text, json } = await fixture.run('requests', 'list', '--state', 'processing');
  expect(text).toMatch(new RegExp(`^${id}  \\S+Z  cancelling +csv +1 +0 +0 +0$`, 'm'));
  expect(json).toMatchObject({ requests: [{ id, state: 'processing', cancelling: true, holds: [] }] });
  if (lease !== undefined) await fixture.ranges.finish(lease);
  expect((await fixture.run('requests', 'list', '--state', 'cancelled')).json).toMatchObject({
    requests: [{ id, cancelling: false }],
  });
});

it('lists those that are erased or being handed in when they are asked for', async () => {
  const [erased, upload] = [await fixture.submit(2), await fixture.receive(1)];
  await fixture.run('erase', erased);
  expect((await fixture.run('requests', 'list')).text).not.toMatch(`${erased}|${upload}`);
  expect((await fixture.run('requests', 'list', '--state', 'archived,receiving')).json).toMatchObject({
    requests: [
      { id: upload, state: 'receiving' },
      { id: erased, state: 'archived', total: 2 },
    ],
  });
});

it('lists them by pages, and says how many more there are', async () => {
  const ids = [];
  for (let n = 0; n < 3; n += 1) ids.unshift(await fixture.submit(1));
  const first = await fixture.run('requests', 'list', '--state', 'submitted', '--limit', '2');
  expect(first.json).toMatchObject({ requests: [{ id: ids[0] }, { id: ids[1] }], more: 2 });
  expect(first.text).toMatch(new RegExp(`\n\n2 more: --after ${ids[1] ?? ''}$`));
  const last = await fixture.run('requests', 'list', '--state', 'submitted', '--after', ids[1] ?? '');
  expect(last.json).toMatchObject({ requests: [{ id: ids[2] }, {}], more: 0 });
  expect(last.text).not.toContain('more');
  const nowhere = '0c1ed88a-7ff4-49db-a546-862cc8ebe111';
  await expect(fixture.run('requests', 'list', '--after', nowhere)).rejects.toThrow(`no request ${nowhere}`);
});

it('lists those that are being cancelled by the state that it shows of them', async () => {
  const [id, other] = [await fixture.submit(1), await fixture.submit(1)];
  for (const working of [id, other]) await fixture.ranges.take(working, 0);
  await fixture.steering.cancel(id);
  expect((await fixture.run('requests', 'list', '--state', 'cancelling')).json).toMatchObject({
    requests: [{ id, state: 'processing', cancelling: true }],
    more: 0,
  });
});

it('counts every record of a cancelled one, also those that nobody was asked about and those without a known answer', async () => {
  const id = await fixture.submit(3);
  const lease = await fixture.ranges.take(id, 0);
  if (lease === undefined) throw new Error('there is nothing to be worked on');
  await fixture.ranges.markSent(lease, 1);
  await fixture.steering.cancel(id);
  await fixture.ranges.finish(lease);
  const { text, json } = await fixture.run('requests', 'list', '--state', 'cancelled', '--limit', '1');
  expect(text).toMatch(/ invalid  not asked  unknown  held by\n/);
  expect(text).toMatch(new RegExp(`^${id}  \\S+Z  cancelled +csv +3 +0 +0 +0 +2 +1$`, 'm'));
  expect(json).toMatchObject({ requests: [{ id, notAsked: 2, unknown: 1 }] });
  await fixture.run('erase', id);
  expect((await fixture.run('requests', 'list', '--state', 'archived', '--limit', '1')).json).toMatchObject({
    requests: [{ id, notAsked: 0, unknown: 0 }],
  });
});
