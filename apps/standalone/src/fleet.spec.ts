import { expect, it } from 'vitest';

import { Fleet, type Part, type PartName } from './fleet.js';

interface FakePart extends Part {
  lose(error: Error): void;
}

function part(name: PartName, log: string[]): FakePart {
  const { promise: lost, resolve: lose } = Promise.withResolvers<Error>();
  return {
    name,
    lost,
    lose,
    stop: async () => void log.push(name),
    kill: () => undefined,
  };
}

it('stops who hands work on before who works, whatever they were started in', async () => {
  const log: string[] = [];
  const fleet = new Fleet();
  for (const name of ['postgres', 'seeder', 'scheduler', 'ida-simulator', 'gateway'] as const) {
    await fleet.start(async () => part(name, log));
  }
  await fleet.stop();
  expect(log).toEqual(['scheduler', 'gateway', 'seeder', 'ida-simulator', 'postgres']);
});

it('stops a part that was still starting', async () => {
  const log: string[] = [];
  const fleet = new Fleet();
  const { promise, resolve } = Promise.withResolvers<Part>();
  const starting = fleet.start(() => promise);
  const stopping = fleet.stop();
  resolve(part('scheduler', log));
  await Promise.all([starting, stopping]);
  expect(log).toEqual(['scheduler']);
});

it('starts nothing any more once it is being stopped', async () => {
  const fleet = new Fleet();
  const stopping = fleet.stop();
  await expect(fleet.start(async () => part('seeder', []))).rejects.toThrow('being stopped');
  await stopping;
});

it('tells of the first part that ends by itself', async () => {
  const fleet = new Fleet();
  await fleet.start(async () => part('postgres', []));
  const seeder = await fleet.start(async () => part('seeder', []));
  seeder.lose(new Error('out of memory'));
  expect((await fleet.lost).message).toBe('out of memory');
});

it('stops the others though one could not be started', async () => {
  const log: string[] = [];
  const fleet = new Fleet();
  await fleet.start(async () => part('postgres', log));
  await expect(fleet.start(() => Promise.reject(new Error('no such file')))).rejects.toThrow('no such file');
  await fleet.stop();
  expect(log).toEqual(['postgres']);
});
