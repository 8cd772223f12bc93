import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { FakeOdkCentral, odkForm, systemOf, until } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Envelope, envelope, parseCsv, type Row } from './gateway.js';
import { generatePeople, System } from './system.js';

const PEOPLE = 1200;
const VIEWER = { email: 'planted.viewer@example.org', password: 'planted-odk-password' };
/** Makes a page so large that what has come of it is stored before the rest comes. */
const PHOTO = 'x'.repeat(20_000);

let people: string;
let expected: readonly Row[];
let central: FakeOdkCentral;
let system: System;
let sealedWhilePulled: unknown[] = [];

beforeAll(async () => {
  people = await generatePeople(PEOPLE, 11);
  const list = parseCsv(await readFile(join(people, 'people.csv'), 'utf8'));
  expected = parseCsv(await readFile(join(people, 'expected.csv'), 'utf8'));
  const submissions = list.map((row, index) => ({ ...systemOf(PEOPLE - index), ...row, photo: PHOTO }));
  central = await FakeOdkCentral.start({
    forms: [odkForm('people', submissions)],
    users: [{ ...VIEWER, role: 'viewer' }],
  });
  system = await System.start({ people, env: { MTS_OUTBOUND_ALLOWED: 'localhost' } });
});
afterAll(async () => {
  await system.stop();
  await central.close();
  await rm(people, { recursive: true });
});

async function order(odkconfig: object) {
  const request = { output: 'csv', deliverytype: 'download', odkconfig };
  const { status, data } = await system.gateway.post<Envelope<{ request_identifier: string }>>(
    '/authtoken/odk',
    envelope(request),
  );
  return { status, errors: data.errors, id: data.response?.request_identifier ?? '' };
}

const source = (change: object = {}) => ({
  baseurl: central.url,
  projectid: '1',
  formid: 'people',
  ...VIEWER,
  ...change,
});
const outcomeOf = ({ status, token, errorCode }: Row) => [status, token, errorCode];

describe('a list in ODK Central', () => {
  it('comes through the death of the seeder that pulls it, row for row and in its order', async () => {
    central.misbehave(1, 'hang');
    const { status, id } = await order(source());
    expect(status).toBe(200);
    await until(async () => (await system.query('SELECT 1 FROM mts.pull WHERE received > 0')).length > 0);
    sealedWhilePulled = await system.query(`SELECT encode(sealed_source, 'escape') AS text FROM mts.pull`);
    await system.kill('seeder');
    await system.startApp('seeder');
    expect((await system.gateway.finished(id)).total).toBe(PEOPLE);
    expect((await system.gateway.rows(id)).map(outcomeOf)).toEqual(expected.map(outcomeOf));
    // Only what the killed one had begun stays open there.
    await until(() => central.openSessions === 1, { what: 'the other session is logged out of' });
  });

  it('that is refused at once is refused with the reason', async () => {
    expect(await order(source({ password: 'planted-wrong-password' }))).toMatchObject({
      status: 400,
      errors: [{ errorCode: 'MTS-ODK-001' }],
    });
  });

  it('leaves nothing of who logs in, or where, in what is said and what is kept in clear', async () => {
    const jobs = await system.query(`SELECT data::text, output::text FROM mts_queue.job WHERE name = 'pull'`);
    const kept = JSON.stringify([sealedWhilePulled, jobs]);
    expect([sealedWhilePulled.length, jobs.length > 0]).toEqual([1, true]);
    for (const text of [kept, system.output()]) expect(text).not.toMatch(/planted|localhost/);
  });
});
