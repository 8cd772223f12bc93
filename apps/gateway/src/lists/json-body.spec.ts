import { Readable } from 'node:stream';

import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';

import { jsonBodyOf } from './json-body.js';

const LIMITS = { jsonBodySizeBytesMax: 20_000_000, stallLimitMs: 1000 };

async function isReadAtOnce(authdata: unknown): Promise<boolean> {
  const bytes = Buffer.from(JSON.stringify({ request: { authdata } }));
  const request = {
    body: Readable.from([bytes]),
    headers: { 'content-length': String(bytes.length) },
    isMultipart: () => false,
  };
  // What is looked at of it.
  const { isSmall } = await jsonBodyOf(request as unknown as FastifyRequest, LIMITS, undefined);
  return isSmall;
}

it('one person is read at once with biometrics of a megabyte, which wait for no thread', async () => {
  expect(await isReadAtOnce({ biometrics: [{ data: 'x'.repeat(1_000_000) }] })).toBe(true);
});

it.each([
  ['fields', Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`field ${String(n)}`, n]))],
  ['values', { x: Array.from({ length: 200_000 }, () => 0) }],
  [
    'lists',
    {
      x: Array.from({ length: 2000 }, () => [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]),
    },
  ],
])(
  'many %s are read by a thread, though small, because reading them holds everybody up',
  async (_what, authdata) => {
    expect(await isReadAtOnce(authdata)).toBe(false);
  },
);
