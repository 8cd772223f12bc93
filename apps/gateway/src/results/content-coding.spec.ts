import { expect, it } from 'vitest';

import { contentCoding } from './content-coding.js';

it.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['GZIP;Q=0.3', 'gzip'],
  ['x-gzip', 'gzip'],
  ['br, gzip;q=0.5', 'gzip'],
  ['*', 'gzip'],
  ['identity, *;q=0.5', 'identity'],
  ['gzip;q=0', 'identity'],
  ['gzip;q=0.000', 'identity'],
  ['gzip;q=0, *', 'identity'],
  ['gzip;q=0.5, identity', 'identity'],
  ['gzip;q=0.5, identity;q=0.5', 'gzip'],
  ['br', 'identity'],
  ['gzip, identity;q=0', 'gzip'],
  ['*;q=0, gzip', 'gzip'],
  ['identity, *;q=0', 'identity'],
  ['identity;q=0', undefined],
  ['*;q=0', undefined],
  ['br;q=1, *;q=0', undefined],
  ['gzip;q=2, deflate', 'identity'],
])('the header Accept-Encoding %j means %j', (header, coding) => {
  expect(contentCoding(header)).toBe(coding);
});
