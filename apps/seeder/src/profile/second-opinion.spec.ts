import type { PreflightResult } from '@mts/ida-client';
import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CLOCK, ProfileDesk } from '../spec-support/profile-desk.js';
import { Bench } from '../spec-support/running-seeder.js';
import { nextLookMs, type Prober } from './prober.js';
import type { FailedPreflight } from './second-opinion.js';

const CUT_OFF: FailedPreflight = {
  ok: false,
  faultClass: 'transient',
  code: 'MTS-IDA-101',
  reason: 'IDA cannot be reached',
};

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

/** One of several, with what decides there whom a failed preflight holds. */
class Seeder {
  preflight: PreflightResult = { ok: true };
  preflights = 0;
  /** What preflights wait for. */
  gate = Promise.resolve();
  /** How often it was looked whether another one asks. */
  looks = 0;
  nowMs = 0;
  readonly desk: ProfileDesk;
  readonly prober: Prober;

  private constructor() {
    const client = { preflight: async () => this.ask() };
    this.desk = new ProfileDesk(bench, { client, nowMs: () => this.nowMs });
    const isWanted = async (): Promise<boolean> => {
      this.looks += 1;
      return this.desk.opinion.isWanted();
    };
    this.prober = this.desk.prober({ isWanted });
  }

  static async open(): Promise<Seeder> {
    const seeder = new Seeder();
    await seeder.desk.join();
    return seeder;
  }

  async fail(preflight: FailedPreflight): Promise<void> {
    this.preflight = preflight;
    await this.desk.preflights.make();
    await this.desk.holds.holdAfter(preflight, 'preflight');
  }

  async isAsking(): Promise<boolean> {
    const asking = await bench.database.query(
      'SELECT 1 FROM seeder WHERE id = $1 AND asks_since IS NOT NULL',
      [this.desk.own.seederId],
    );
    return asking.length > 0;
  }

  private async ask(): Promise<PreflightResult> {
    this.preflights += 1;
    await this.gate;
    return this.preflight;
  }
}

describe('a preflight that fails', () => {
  it('stops the work of its process at once, which asks nobody until another seeder has found out', async () => {
    const [one, other] = [await Seeder.open(), await Seeder.open()];
    const told: boolean[] = [];
    one.desk.own.follow((asksNobody) => told.push(asksNobody));
    const failed = one.fail(CUT_OFF);
    await until(async () => one.isAsking());
    expect([one.desk.stops, one.desk.own.asksNobody, one.desk.own.isHeld]).toEqual([1, true, false]);
    await other.prober.answerOthers();
    await failed;
    expect([one.desk.own.isHeld, told.includes(false)]).toEqual([true, false]);
    expect([await one.isAsking(), await bench.profile.currentHold()]).toEqual([false, undefined]);
    expect([other.preflights, other.desk.stops, other.desk.own.asksNobody]).toEqual([1, 0, false]);
  });

  it('holds nobody where what all had is over by the time that another one is answered', async () => {
    const [one, other] = [await Seeder.open(), await Seeder.open()];
    const failed = one.fail(CUT_OFF);
    await until(async () => one.isAsking());
    one.preflight = { ok: true };
    await other.prober.answerOthers();
    await failed;
    expect([one.desk.own.asksNobody, await bench.profile.heldSeeders()]).toEqual([false, []]);
    expect(await bench.profile.currentHold()).toBeUndefined();
  });

  it('holds everybody when that of another fails too, and none asks a second time', async () => {
    const [one, other] = [await Seeder.open(), await Seeder.open()];
    other.preflight = CUT_OFF;
    const failed = one.fail(CUT_OFF);
    await until(async () => one.isAsking());
    await other.prober.answerOthers();
    await failed;
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'record', code: 'MTS-IDA-101' });
    expect([one.desk.own.asksNobody, other.desk.own.asksNobody]).toEqual([false, false]);
    expect([one.preflights, other.preflights]).toEqual([1, 1]);
  });

  it('holds everybody when another one that lives makes none in time', async () => {
    const one = await Seeder.open();
    await Seeder.open();
    await one.fail(CUT_OFF);
    expect([one.desk.own.asksNobody, await bench.profile.currentHold()]).toMatchObject([
      false,
      { probe: 'record' },
    ]);
  });

  it('holds everybody at once when the only other one holds itself', async () => {
    const [one, other] = [await Seeder.open(), await Seeder.open()];
    await other.fail(CLOCK);
    await one.fail(CUT_OFF);
    expect([one.desk.own.isHeld, await bench.profile.currentHold()]).toMatchObject([
      false,
      { code: 'MTS-IDA-101' },
    ]);
    expect(other.preflights).toBe(1);
  });

  it('gives the probe of a hold, which it leaves as it is, to those who are well', async () => {
    const [one, other] = [await Seeder.open(), await Seeder.open()];
    await bench.profile.hold('record', 'MTS-IDA-102', 'silence');
    one.preflight = CUT_OFF;
    await one.desk.preflights.make();
    const held = one.desk.holds.holdAfter(CUT_OFF, 'record');
    await until(async () => one.isAsking());
    await other.prober.answerOthers();
    await held;
    expect(await bench.profile.takeProbe()).toMatchObject({ probe: 'record', code: 'MTS-IDA-102' });
  });

  it('asks again for one that was begun after the question', async () => {
    const [one, other] = [await Seeder.open(), await Seeder.open()];
    const gate = Promise.withResolvers<void>();
    other.gate = gate.promise;
    const earlier = other.desk.preflights.make();
    await until(() => other.preflights === 1);
    const failed = one.fail(CUT_OFF);
    await until(async () => one.isAsking());
    const answered = other.prober.answerOthers();
    await until(() => other.looks === 1);
    await until(async () => one.isAsking());
    gate.resolve();
    await Promise.all([earlier, answered, failed]);
    expect([one.desk.own.isHeld, other.preflights]).toEqual([true, 2]);
  });
});

describe('a seeder that holds itself', () => {
  it('tries again after its own back-off, whatever its tries fail with', async () => {
    const one = await Seeder.open();
    await one.fail(CLOCK);
    for (const [waitMs, next] of [
      [30_000, CUT_OFF],
      [60_000, CUT_OFF],
      [120_000, CLOCK],
    ] as const) {
      one.nowMs += waitMs - 1;
      expect(one.desk.own.isTryDue).toBe(false);
      one.nowMs += 1;
      expect(one.desk.own.isTryDue).toBe(true);
      await one.fail(next);
    }
    expect(one.desk.own.isTryDue).toBe(false);
    expect(await bench.profile.heldSeeders()).toMatchObject([{ code: 'IDA-MLC-001' }]);
    expect(await bench.profile.currentHold()).toBeUndefined();
  });

  it('asks the others nothing when its next try fails, and goes on when one succeeds', async () => {
    const [one, other] = [await Seeder.open(), await Seeder.open()];
    const failed = one.fail(CUT_OFF);
    await until(async () => one.isAsking());
    await other.prober.answerOthers();
    await failed;
    await one.fail(CUT_OFF);
    expect(other.preflights).toBe(1);
    one.preflight = { ok: true };
    await one.desk.preflights.make();
    expect([one.desk.own.isHeld, await bench.profile.heldSeeders()]).toEqual([false, []]);
  });
});

it('looks for probes at an uneven pace, and never later than others wait for its answers', () => {
  expect([nextLookMs(0), nextLookMs(0.5), nextLookMs(1)]).toEqual([1000, 1500, 2000]);
});
