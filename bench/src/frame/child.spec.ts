import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, it, onTestFinished } from 'vitest';

import { Child } from './child.js';

async function moduleOf(code: string): Promise<URL> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-child-'));
  onTestFinished(async () => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'module.mjs'), code);
  return pathToFileURL(join(directory, 'module.mjs'));
}

it.runIf(process.platform === 'linux')(
  'a process reports, can be looked at while it stays, and ends when it is let go',
  async () => {
    const module = await moduleOf(
      `process.once('disconnect', () => {}); process.send({ args: process.argv.slice(2), options: process.execArgv });`,
    );
    const child = await Child.start(module, ['a', 'b'], ['--no-warnings']);
    expect(child.report).toEqual({ args: ['a', 'b'], options: ['--no-warnings'] });
    expect((await child.usage()).rssMb).toBeGreaterThan(10);
    await child.stop();
  },
);

it('a process that ends before it reports is a failure', async () => {
  await expect(Child.start(await moduleOf('process.exit(3);'), [])).rejects.toThrow('ended with 3');
});
