import { ProfileStore } from '@mts/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AdminFixture } from '../spec-support/admin-fixture.js';

let fixture: AdminFixture;
let profile: ProfileStore;
let id: string;
beforeEach(async () => {
  fixture = await AdminFixture.open();
  profile = new ProfileStore(fixture.database, 'default');
  id = await fixture.submit(1);
});
afterEach(async () => fixture.close());

describe('what holds work up', () => {
  it('is nothing unless something does', async () => {
    expect(await fixture.run('holds', 'list')).toEqual({ text: 'Nothing holds work up.', json: [] });
  });

  it('is listed with why and since when, what concerns all first', async () => {
    await profile.holdRequest(id, 'IDA-MLC-007', 'IDA: Request could not be processed');
    await fixture.steering.pause(id);
    await profile.hold('preflight', 'IDA-MPA-008', 'License key of MISP has expired');
    const { text, json } = await fixture.run('holds', 'list');
    expect((json as { kind: string }[]).map(({ kind }) => kind)).toEqual(['profile', 'request', 'operator']);
    expect(text).toMatch(/^profile: all requests, since \S+Z, next try \S+Z\n  IDA-MPA-008: License key/);
    expect(text).toMatch(new RegExp(`^request: request ${id}, since \\S+Z\n  IDA-MLC-007: IDA`, 'm'));
    const lift = `  Ends with: npm run admin -- holds lift ${id}`;
    expect(text.split('\n').filter((line) => line === lift)).toHaveLength(2);
    expect(text).toContain(`  MTS-REQ-007: paused by its caller or an operator\n${lift}`);
  });

  it('is lifted by hand where it holds all requests', async () => {
    await profile.hold('record', 'MTS-IDA-102', 'IDA did not answer in time');
    expect(await fixture.run('holds', 'lift', 'profile')).toMatchObject({
      text: expect.stringContaining('MTS-IDA-102'),
      json: { lifted: { kind: 'profile', code: 'MTS-IDA-102' } },
    });
    expect(await profile.currentHold()).toBeUndefined();
    await expect(fixture.run('holds', 'lift', 'profile')).rejects.toThrow('Nothing holds all requests up');
  });

  it('is lifted of one request, and what else holds that is said', async () => {
    await fixture.steering.pause(id);
    await profile.hold('preflight', 'IDA-MPA-008', 'License key of MISP has expired');
    const { text } = await fixture.run('holds', 'lift', id);
    expect(text).toMatch(/"operator"[^]*still held:\n\nprofile: all requests/);
    await profile.lift();
    expect((await fixture.run('holds', 'list')).json).toEqual([]);
    await expect(fixture.run('holds', 'lift', id)).rejects.toThrow('no such hold of its own');
  });

  it('is none of a request that there is not', async () => {
    const unknown = '0c1ed88a-7ff4-49db-a546-862cc8ebe111';
    await expect(fixture.run('holds', 'lift', unknown)).rejects.toThrow(`There is no request ${unknown}.`);
  });

  it('is lifted by its kind where a request is held twice', async () => {
    await fixture.steering.pause(id);
    await profile.holdRequest(id, 'IDA-MLC-007', 'IDA: Request could not be processed');
    await expect(fixture.run('holds', 'lift', id)).rejects.toThrow('held twice');
    await fixture.run('holds', 'lift', id, '--kind', 'request');
    expect((await fixture.run('holds', 'list')).json).toMatchObject([{ kind: 'operator', subject: id }]);
    await expect(fixture.run('holds', 'lift', id, '--kind', 'request')).rejects.toThrow('no such hold');
  });

  it('of a part of a list is told with what an operator can do about it: before it is set aside, and after', async () => {
    const [atOnce, ways] = [`npm run admin -- holds lift ${id}`, 'npm run admin -- dead-letters list'];
    await fixture.database.query(
      `UPDATE range SET faults = 1, again_at = now() + interval '1 hour', set_aside_kind = 'SealBrokenError' WHERE request_id = $1`,
      [id],
    );
    const waiting = (await fixture.run('holds', 'list')).text.split('\n');
    expect(waiting).toEqual([
      expect.stringMatching(/, next try \S+Z$/),
      expect.stringMatching(/^  MTS-REQ-012: .*\(SealBrokenError; 1 of 5 tries have failed\)/),
      `  Once its cause is mended, tried again at once with: ${atOnce}`,
      `  Else leave it: after 5 failed tries in a row it is set aside, and holds list then says how to end it. A lift has them counted from the beginning.`,
    ]);
    await fixture.database.query('UPDATE range SET faults = 5, set_aside_at = now() WHERE request_id = $1', [
      id,
    ]);
    const aside = (await fixture.run('holds', 'list')).text.split('\n');
    expect(aside.slice(1)).toEqual([
      expect.stringMatching(/^  MTS-REQ-011: /),
      `  Which lines, why, and what can be done: ${ways}`,
      `  Once its cause is mended, all parts are tried again with: ${atOnce}`,
    ]);
    const lifted = await fixture.run('holds', 'lift', id);
    expect(lifted.text).toMatch(/tried again within seconds[^]*set aside .*dead-letters list/);
  });

  it('may be a seeder of which only that one knows, and a part of a list that was set aside', async () => {
    const seeder = '0c1ed88a-7ff4-49db-a546-862cc8ebe111';
    await fixture.database.query(
      `INSERT INTO seeder (id, in_flight_max, held_code, held_reason, held_since) VALUES ($1, 8, 'MTS-IDA-201', 'its clock', now())`,
      [seeder],
    );
    expect((await fixture.run('holds', 'list')).text).toMatch(
      new RegExp(
        `^profile: all requests, since [^]*nobody is asked[^]*\n\nseeder: seeder ${seeder}, since \\S+Z\n`,
      ),
    );
    await expect(fixture.run('holds', 'lift', 'profile')).rejects.toThrow('POST /authtoken/preflight');
    await fixture.database.query(
      `UPDATE seeder SET host = 'worker-7', process_id = 4711, held_next_try_at = now() + interval '30 seconds'`,
    );
    expect((await fixture.run('holds', 'list')).text).toMatch(
      new RegExp(
        `^seeder: process 4711 on worker-7 \\(seeder ${seeder}\\), since \\S+Z, next try \\S+Z\n`,
        'm',
      ),
    );
    await fixture.database.query(
      `UPDATE range SET faults = 5, set_aside_at = now(), set_aside_kind = 'TypeError' WHERE request_id = $1`,
      [id],
    );
    expect((await fixture.run('holds', 'list')).json).toMatchObject([
      { kind: 'profile', subject: null, code: 'MTS-IDA-201' },
      { kind: 'seeder', subject: seeder, host: 'worker-7', processId: 4711, reason: 'its clock' },
      { kind: 'request', subject: id, code: 'MTS-REQ-011' },
    ]);
    await fixture.run('holds', 'lift', id);
    expect((await fixture.run('dead-letters', 'list')).json).toEqual([]);
    expect(await fixture.ranges.take(id, 0)).toBeDefined();
  });
});
