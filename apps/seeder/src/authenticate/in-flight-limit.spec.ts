import { beforeEach, describe, expect, it } from 'vitest';

import { type Capacity, SimulatedIda, type Stretch } from '../spec-support/simulated-ida.js';
import { InFlightLimit } from './in-flight-limit.js';

const PLACES_MAX = 256;
/** Slows down to twice its latency, and refuses what comes then. */
const FORTY: Capacity = { places: 40, serviceMs: 100, queued: 40 };
const EIGHT: Capacity = { places: 8, serviceMs: 100, queued: 8 };
const SECOND = 1000;

let limit: InFlightLimit;
let ida: SimulatedIda;
let places: number[];
beforeEach(() => {
  limit = new InFlightLimit({ placesMax: PLACES_MAX });
  ida = new SimulatedIda(FORTY);
  ida.add(limit);
  places = [];
});

function pass(seconds: number, capacity: Capacity): Stretch {
  ida.become(capacity);
  return ida.run(seconds * SECOND, () => places.push(limit.places));
}

describe('an IDA with 40 places at 100 ms', () => {
  it('is used to 97 % within the first twenty seconds, and none is refused', () => {
    expect(pass(20, FORTY)).toMatchObject({ failed: 0 });
    expect(pass(60, FORTY).usedShare).toBeGreaterThan(0.97);
  });

  it('that falls to 8 places is used whole, and refuses one call in ten at first and one in a hundred later', () => {
    pass(20, FORTY);
    const [first, later] = [pass(2, EIGHT), pass(30, EIGHT)];
    expect([first.usedShare > 0.97, first.failedShare < 0.1]).toEqual([true, true]);
    expect([later.usedShare > 0.97, later.failedShare < 0.01]).toEqual([true, true]);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(1);
  });

  it('that has all its places again is used whole again after five seconds', () => {
    pass(20, FORTY);
    pass(30, EIGHT);
    expect(pass(5, FORTY).usedShare).toBeGreaterThan(0.6);
    expect(pass(20, FORTY).usedShare).toBeGreaterThan(0.97);
  });

  it('whose own latency rises to 300 ms goes on being used: the base of before is forgotten', () => {
    pass(20, FORTY);
    const slower = { ...FORTY, serviceMs: 300 };
    expect(pass(10, slower).usedShare).toBeGreaterThan(0.8);
    expect(pass(30, slower)).toMatchObject({ failed: 0 });
    expect(pass(30, slower).usedShare).toBeGreaterThan(0.97);
    expect(pass(30, FORTY).usedShare).toBeGreaterThan(0.97);
  });

  it('that has no queue and refuses at once is used to 80 %, and refuses one call in a hundred', () => {
    const { usedShare, failedShare } = pass(60, { ...FORTY, queued: 0 });
    expect([usedShare > 0.8, failedShare < 0.01]).toEqual([true, true]);
  });

  it('that never refuses is not asked so much that it gets slower and slower', () => {
    pass(60, { ...FORTY, queued: 1e9 });
    expect(Math.max(...places)).toBeLessThanOrEqual(2 * FORTY.places);
  });

  it('is used to 90 % where one connection in two hundred breaks', () => {
    expect(pass(60, { ...FORTY, brokenShare: 1 / 200 }).usedShare).toBeGreaterThan(0.9);
  });

  it('is shared by four seeders, each of which gets at least half its part', () => {
    ida = new SimulatedIda(FORTY);
    const clients = Array.from({ length: 4 }, () => ida.add(new InFlightLimit({ placesMax: PLACES_MAX })));
    const { usedShare, failedShare, answered } = pass(60, FORTY);
    expect([usedShare > 0.97, failedShare < 0.02]).toEqual([true, true]);
    for (const client of clients) expect(client.answered / answered).toBeGreaterThan(1 / 8);
  });
});

describe('an outage', () => {
  it.each([
    ['silence', { ...FORTY, isSilent: true }],
    ['503 for all', { ...FORTY, places: 0, queued: 0 }],
  ] as const)('of %s brings the limit to 1, and it is back within two seconds', (_, outage) => {
    pass(20, FORTY);
    pass(30, outage);
    expect(limit.places).toBe(1);
    // What went silent is told of up to ten seconds later.
    ida.become(FORTY);
    ida.run(10 * SECOND, () => undefined);
    expect(limit.places).toBeGreaterThan(32);
    expect(pass(20, FORTY).usedShare).toBeGreaterThan(0.97);
  });
});

describe('the limit', () => {
  it('is never above its maximum', () => {
    limit = new InFlightLimit({ placesMax: 5 });
    ida = new SimulatedIda(FORTY);
    ida.add(limit);
    expect(pass(10, FORTY).failed).toBe(0);
    expect([Math.min(...places), Math.max(...places)]).toEqual([5, 5]);
  });

  it('is not raised while its places are not taken', () => {
    for (let call = 0; call < 1000; call += 1) limit.begin().answered(100);
    expect(limit.places).toBe(8);
  });

  it('is lowered once by all that was in flight, not once by each', () => {
    const calls = Array.from({ length: 8 }, () => limit.begin());
    for (const call of calls.slice(0, 7)) call.failed();
    expect(limit.places).toBe(4);
  });

  it('is not lowered by a single call that fails', () => {
    limit.begin().failed();
    expect(limit.places).toBe(8);
  });

  it('says once that it has fallen to a quarter of the maximum, and once that it is back at half of it', () => {
    const turns: unknown[] = [];
    limit = new InFlightLimit({ placesMax: 64, onTurn: (...turn) => turns.push(turn) });
    ida = new SimulatedIda(FORTY);
    ida.add(limit);
    pass(20, FORTY);
    expect(turns).toEqual([]);
    pass(20, EIGHT);
    expect(turns).toEqual([['fell', 16]]);
    pass(20, FORTY);
    expect(turns).toEqual([
      ['fell', 16],
      ['recovered', 32],
    ]);
  });
});
