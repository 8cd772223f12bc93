import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';
import { redactText } from './redaction.js';

function collect(): { lines: string[]; logger: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  return { lines, logger: createLogger({ app: 'test', level: 'debug', write: (line) => lines.push(line) }) };
}

describe('a log line', () => {
  it.each([
    'UIN 7405214302',
    'vid=7465075291703420,',
    'token 305948271605948372615049382716504938',
    '+91 98765 00001 x',
  ])('does not show the number in "%s"', (text) => {
    expect(redactText(text)).toMatch(/\[number\]/);
    expect(redactText(text)).not.toMatch(/\d{5}/);
  });

  it('takes out what a caller proves itself with', () => {
    const key = `mts_${'0a'.repeat(16)}_${'1b'.repeat(36)}`;
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln-_';
    expect(redactText(`Bearer ${key}, Bearer ${token}; mts_queue`)).toBe(
      'Bearer [credential], Bearer [credential]; mts_queue',
    );
  });

  it('leaves ids, times and counts readable', () => {
    const text =
      'request 5d0a1c9e-1111-4222-8333-123456789012 at 2026-11-22T01:00:00.000Z took 12345 ms for 1000000 rows';
    expect(redactText(text)).toBe(text);
  });

  it('tells of an error its name, code, message and causes, and nothing that a library hung on it', () => {
    const { lines, logger } = collect();
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (name)=(Hélène)',
      parameters: ['Hélène'],
    });
    logger.error('it failed', { error: new Error('cannot store', { cause }) });
    expect(lines.join('')).toContain('"code":"23505"');
    expect(lines.join('')).not.toContain('Hélène');
  });

  it('of a thrown thing that is no error says only its kind', () => {
    const { lines, logger } = collect();
    logger.error('it failed', { error: new Error('outer', { cause: { name: 'Hélène' } }) });
    expect(lines.join('')).toContain('a thrown object');
    expect(lines.join('')).not.toContain('Hélène');
  });

  it("carries Nest's messages without the objects that come with them", () => {
    const { lines, logger } = collect();
    new NestLogger(logger).error('boom', { person: 'Hélène' }, 'Router');
    expect(lines.join('')).toContain('"context":"Router"');
    expect(lines.join('')).not.toContain('Hélène');
  });

  it('is not made of what keeps Nest from starting, which it throws as well', () => {
    const { lines, logger } = collect();
    new NestLogger(logger).error(new Error('MTS_X is missing'), undefined, 'ExceptionHandler');
    expect(lines).toEqual([]);
  });
});

/** Every write to it fails with ENOSPC: full(4). */
const FULL_DEVICE = '/dev/full';
/** As built: a process of its own has no TypeScript loader. */
const BUILT = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

it.runIf(existsSync(FULL_DEVICE))('a log on a full disk does not end the work that it tells of', () => {
  const work = `
    const { createLogger } = await import(${JSON.stringify(BUILT)});
    const logger = createLogger({ app: 'test', level: 'info' });
    for (let line = 0; line < 3; line += 1) {
      logger.info('a line');
      await new Promise((resolve) => setImmediate(resolve));
    }
    process.stderr.write('done');`;
  const full = openSync(FULL_DEVICE, 'w');
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', work], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
    timeout: 20_000,
  });
  closeSync(full);
  expect({ status, stderr }).toEqual({ status: 0, stderr: 'done' });
});
