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
  expect((await fixture.run('requests', 'list', '--state', 'processed,cancelled')).json).toMatchObject([
    { id: ended, state: 'processed', done: 2, holds: [] },
  ]);
});
