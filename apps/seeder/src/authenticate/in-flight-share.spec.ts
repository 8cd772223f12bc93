import { expect, it } from 'vitest';

import { InFlightShare } from './in-flight-share.js';

it('has no end where there is no maximum of all seeders', () => {
  expect(new InFlightShare(undefined).places).toBe(Infinity);
});

it('is nothing before the first beat, and nothing once the others may have taken it', () => {
  const share = new InFlightShare(10);
  expect(share.places).toBe(0);
  share.set(5, performance.now() + 60_000);
  expect(share.places).toBe(5);
  share.set(5, performance.now() - 1);
  expect(share.places).toBe(0);
});

it('tells those who follow it of each change', () => {
  const share = new InFlightShare(10);
  const told: number[] = [];
  share.follow(() => told.push(share.places));
  share.set(3, Infinity);
  share.set(0, Infinity);
  expect(told).toEqual([3, 0]);
});
