import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { until } from '@mts/testing';
import { beforeEach, expect, it, onTestFinished } from 'vitest';

import { type BenchEnd, runBench } from './bench-process.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bench-process-'));
  onTestFinished(async () => rm(directory, { recursive: true }));
});

async function run(code: string, interrupt = new AbortController().signal): Promise<BenchEnd> {
  const file = join(directory, 'bench.mjs');
  await writeFile(file, code);
  return runBench(pathToFileURL(file), [directory], interrupt);
}

it('what a bench has measured comes back from its process', async () => {
  const end = await run(
    `process.send({ rows: [{ name: 'rate', value: process.argv.length, unit: 's', ok: true }] });`,
  );
  expect(end).toEqual({ rows: [{ name: 'rate', value: 3, unit: 's', ok: true }] });
});

it.each([
  [`process.send({ failed: 'no room' }, () => process.exit(1));`, 'no room'],
  ['process.exit(3);', 'Its process ended with code 3.'],
  [`process.kill(process.pid, 'SIGKILL');`, 'Its process ended with SIGKILL.'],
])('a bench without figures says why: %j', async (code, why) => {
  expect(await run(code)).toEqual({ failed: why });
});

it('a bench that is interrupted counts for nothing, and its end is waited for', async () => {
  const interrupt = new AbortController();
  const [begun, ended] = [join(directory, 'begun'), join(directory, 'ended')];
  const running = run(
    `import { writeFileSync } from 'node:fs';
     process.once('SIGTERM', () => { writeFileSync('${ended}', ''); process.exit(0); });
     process.send({ rows: [] });
     writeFileSync('${begun}', '');
     setInterval(() => {}, 1000);`,
    interrupt.signal,
  );
  await until(() => existsSync(begun), { what: 'the begin of the bench' });
  interrupt.abort();
  expect(await running).toBe('interrupted');
  expect(existsSync(ended)).toBe(true);
  expect(await run('', interrupt.signal)).toBe('interrupted');
});
