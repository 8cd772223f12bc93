import { describe, expect, it } from 'vitest';

import { CallGate, type Place } from './call-gate.js';
import type { Claim, Urgency } from './turns.js';

const NEVER = new AbortController().signal;
const claim = (requestId: string, urgency: Urgency = 'listed'): Claim => ({ urgency, requestId });

/** A limit and a share that a test sets, and a gate with them. */
function gateOf(limit: number, share = Infinity) {
  const [limited, shared, full] = [
    { places: limit, noteFull: () => full.push(0) },
    { places: share },
    [] as number[],
  ];
  return { limited, shared, full, gate: new CallGate(limited, shared) };
}

/** Asks for a place of a gate whose places are taken, and notes who got it. */
function waitFor(gate: CallGate, who: Claim, served: string[]): Promise<Place | undefined> {
  return gate.enter(who, NEVER).then((place) => {
    served.push(who.requestId);
    return place;
  });
}

it('gives a place that comes free to whoever is awaited, then to one request after the other', async () => {
  const { gate } = gateOf(1);
  const first = await gate.enter(claim('giant'), NEVER);
  const served: string[] = [];
  const entering = ['giant', 'giant', 'small', 'awaited'].map(async (name) => {
    const place = await waitFor(gate, claim(name, name === 'awaited' ? 'awaited' : 'listed'), served);
    place?.leave();
  });
  first?.leave();
  first?.leave();
  await Promise.all(entering);
  expect([served, gate.inFlight]).toEqual([['awaited', 'giant', 'small', 'giant'], 0]);
});

it('lets in more as soon as the limit has risen, and nobody while too many are in after it has fallen', async () => {
  const { gate, limited } = gateOf(1);
  const first = await gate.enter(claim('a'), NEVER);
  const served: string[] = [];
  const entering = ['b', 'c', 'd'].map(async (name) => waitFor(gate, claim(name), served));
  limited.places = 3;
  first?.leave();
  const places = await Promise.all(entering);
  expect([served, gate.inFlight]).toEqual([['b', 'c', 'd'], 3]);
  limited.places = 1;
  const late = waitFor(gate, claim('e'), served);
  places[0]?.leave();
  places[1]?.leave();
  expect(gate.inFlight).toBe(1);
  places[2]?.leave();
  await late;
  expect([served.at(-1), gate.inFlight]).toEqual(['e', 1]);
});

describe('a share of the places of all seeders', () => {
  it('bounds the places, and lets in whoever waits when it has grown', async () => {
    const { gate, shared } = gateOf(4, 0);
    const served: string[] = [];
    const entering = waitFor(gate, claim('a'), served);
    expect(gate.inFlight).toBe(0);
    shared.places = 1;
    gate.admit();
    await entering;
    expect(gate.inFlight).toBe(1);
  });

  it('that is taken is no sign that the limit is', async () => {
    const { gate, full } = gateOf(2, 1);
    await gate.enter(claim('a'), NEVER);
    void gate.enter(claim('b'), NEVER);
    expect(full).toEqual([]);
  });
});

it('tells the limit when somebody waits because of it', async () => {
  const { gate, full } = gateOf(1);
  await gate.enter(claim('a'), NEVER);
  expect(full).toEqual([]);
  void gate.enter(claim('b'), NEVER);
  expect(full).toHaveLength(1);
});

it('gives no place to whoever waits no longer, at once', async () => {
  const { gate } = gateOf(1);
  const first = await gate.enter(claim('a'), NEVER);
  const stop = new AbortController();
  const waiting = gate.enter(claim('b'), stop.signal);
  stop.abort();
  expect(await waiting).toBeUndefined();
  expect(await gate.enter(claim('b'), stop.signal)).toBeUndefined();
  first?.leave();
  expect(gate.inFlight).toBe(0);
});

it('gives no place while it is paused, and then to all who waited', async () => {
  const { gate } = gateOf(2);
  const first = await gate.enter(claim('a'), NEVER);
  gate.pause();
  const served: string[] = [];
  const entering = ['b', 'c'].map(async (name) => waitFor(gate, claim(name), served));
  first?.leave();
  expect(gate.inFlight).toBe(0);
  gate.goOn();
  await Promise.all(entering);
  expect([served, gate.inFlight]).toEqual([['b', 'c'], 2]);
});
