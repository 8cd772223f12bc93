import { readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { faultHelp, readFaultCommand } from './fault-command.js';
import { FAULTS } from './registry.js';

it('all faults are made at full size unless some are named or the short form is wanted', () => {
  expect(readFaultCommand([], FAULTS)).toEqual({
    faults: FAULTS,
    scale: 'full',
    out: undefined,
    isForHelp: false,
  });
  const { faults, scale } = readFaultCommand(['clock-off', '--short', 'seeder-killed'], FAULTS);
  expect([scale, ...faults.map(({ name }) => name)]).toEqual(['short', 'seeder-killed', 'clock-off']);
});

it.each([
  [['seeder-kiled'], 'There is no fault seeder-kiled; there are seeder-killed, '],
  [['--quick'], '--quick'],
])('what cannot be meant is refused with a sentence: %j', (args, sentence) => {
  expect(() => readFaultCommand(args, FAULTS)).toThrow(sentence);
});

it('the help names every fault, what it does, and how long that takes', () => {
  const help = faultHelp(FAULTS);
  for (const { name, title, fullMinutes } of FAULTS)
    expect(help).toMatch(new RegExp(`^  ${name} +${String(fullMinutes)} min  ${title.full}$`, 'm'));
});

it('whoever contributes finds the name of every fault', async () => {
  const page = await readFile(new URL('../../../CONTRIBUTING.md', import.meta.url), 'utf8');
  const named = [...page.matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name);
  expect(named).toEqual(expect.arrayContaining(FAULTS.map(({ name }) => name)));
});
