import { availableParallelism } from 'node:os';

import { provision } from '@mts/ida-simulator';

import { announce, onTask } from '../frame/child.js';
import { person } from '../system/people.js';
import { openAsker } from './asker.js';
import type { LoopTask, LoopTaken } from './loop.js';

// As the seeder has it (apps/seeder, thread-pool.ts).
process.env['UV_THREADPOOL_SIZE'] ??= String(availableParallelism() + 1);

const [authUrl = '', keys = '', inFlight = ''] = process.argv.slice(2);
const { ask, close } = await openAsker(authUrl, await provision(keys), Number(inFlight));

onTask(async ({ first, count }: LoopTask): Promise<LoopTaken> => {
  // Made beforehand: the seeder has its records made by the gateway.
  const people = Array.from({ length: count }, (_, index) => person(first + index));
  const waiting = people.values();
  const work = async (): Promise<void> => {
    for (const one of waiting) await ask(one);
  };
  const [startedAtMs, before] = [performance.now(), process.cpuUsage()];
  await Promise.all(Array.from({ length: Number(inFlight) }, work));
  const { user, system } = process.cpuUsage(before);
  return { wallMs: performance.now() - startedAtMs, cpuMs: (user + system) / 1000 };
});
announce({}, close);
