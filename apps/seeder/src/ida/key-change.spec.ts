import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { idaVectorPath, until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from '../spec-support/running-seeder.js';
import { tokenOf } from '../spec-support/stub-ida.js';

const OLD_FILE = idaVectorPath('keys/ida-partner.crt.pem');
const NEW_FILE = idaVectorPath('keys/ida-sign.crt.pem');
const [OLD, NEW] = [readFileSync(OLD_FILE, 'utf8'), readFileSync(NEW_FILE, 'utf8')];

const PEOPLE = Array.from({ length: 60 }, (_, index) => String(1000 + index));

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
  bench.ida.useKeyOf(OLD);
});
afterEach(async () => {
  await bench.close();
});

async function ended(id: string, meanwhile?: () => Promise<void>): Promise<string> {
  return until(async () => {
    await meanwhile?.();
    await bench.reconcile();
    const { state } = await bench.progress(id);
    return state.startsWith('processed') && state;
  });
}

async function makeProbeDue(): Promise<void> {
  await bench.database.query('UPDATE profile_hold SET next_probe_at = now()');
}

/** Everybody was asked once, whatever was sent in vain, and has a token. */
async function expectAllAskedOnce(id: string): Promise<void> {
  expect((await bench.rows(id)).map((row) => row.token)).toEqual(PEOPLE.map(tokenOf));
  expect(bench.ida.asked.toSorted((a, b) => Number(a) - Number(b))).toEqual(PEOPLE);
}

describe("IDA's key, changed in the middle of a request", () => {
  it('is taken from where it is published: no record fails, and each person is asked once', async () => {
    bench.ida.published = OLD;
    bench.ida.whenAsked(20, () => {
      bench.ida.useKeyOf(NEW);
      bench.ida.published = NEW;
    });
    const id = await bench.submit(PEOPLE);
    await bench.startSeeder({
      MTS_IDA_CERTIFICATE_FILE: '',
      MTS_IDA_CERTIFICATE_URL: bench.ida.certificateUrl,
      MTS_IDA_IN_FLIGHT_MAX: '4',
    });
    expect(await ended(id)).toBe('processed');
    await expectAllAskedOnce(id);
    expect(bench.ida.unreadable).toBeGreaterThan(0);
    expect(bench.logLines.filter((line) => line.includes('is held'))).toEqual([]);
    expect(bench.logLines.filter((line) => line.includes('another certificate of IDA'))).toHaveLength(1);
  });

  it('holds the profile with the reason where nothing is published, until the file is replaced', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mts-ida-certificate-'));
    const file = join(folder, 'ida-partner.cer');
    await copyFile(OLD_FILE, file);
    bench.ida.whenAsked(20, () => bench.ida.useKeyOf(NEW));
    const id = await bench.submit(PEOPLE);
    await bench.startSeeder({ MTS_IDA_CERTIFICATE_FILE: file, MTS_IDA_IN_FLIGHT_MAX: '4' });
    const hold = await until(async () => bench.profile.currentHold());
    expect(hold).toMatchObject({ probe: 'preflight', code: 'IDA-MPA-003' });
    expect(hold.reason).toContain('Unable to decrypt Request');
    expect(await bench.progress(id)).toMatchObject({ state: 'processing', failed: 0 });

    await copyFile(NEW_FILE, file);
    expect(await ended(id, makeProbeDue)).toBe('processed');
    await expectAllAskedOnce(id);
    await rm(folder, { recursive: true });
  });
});

describe("a seeder that cannot have IDA's certificate from its address", () => {
  it('starts, holds the profile with the reason, and goes on by itself once it is published', async () => {
    const id = await bench.submit(PEOPLE);
    await bench.startSeeder({
      MTS_IDA_CERTIFICATE_FILE: '',
      MTS_IDA_CERTIFICATE_URL: bench.ida.certificateUrl,
    });
    expect(await bench.profile.currentHold()).toMatchObject({
      probe: 'preflight',
      code: 'MTS-IDA-109',
      reason: expect.stringMatching(/127\.0\.0\.1:\d+ gave no certificate of IDA: HTTP 503/),
    });
    expect(await bench.profile.lastPreflight()).toMatchObject({ ok: false, code: 'MTS-IDA-109' });
    bench.ida.published = OLD;
    await makeProbeDue();
    expect(await ended(id)).toBe('processed');
    await expectAllAskedOnce(id);
  });

  it('and is given neither address nor file does not start, and says so in a sentence', async () => {
    await expect(bench.startSeeder({ MTS_IDA_CERTIFICATE_FILE: '' })).rejects.toThrow(
      /^MTS_IDA_CERTIFICATE_FILE and MTS_IDA_CERTIFICATE_URL are missing: [^\n]*$/,
    );
  });
});
