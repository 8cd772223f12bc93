import { until } from '@mts/testing';
import { describe, expect, it } from 'vitest';

import { type Care, type KeepablePart, KeptPart } from './kept-part.js';

class FakePart implements KeepablePart {
  readonly name = 'seeder';
  readonly lost: Promise<Error>;
  readonly ready = Promise.resolve();
  lose: (error: Error) => void = () => undefined;
  isStopped = false;

  constructor() {
    this.lost = new Promise((resolve) => (this.lose = resolve));
  }

  async stop(): Promise<void> {
    this.isStopped = true;
  }

  kill(): void {
    this.isStopped = true;
  }
}

const CRASH = new Error(
  'The seeder has ended with SIGKILL. The end of /logs/seeder.log:\nsome line of the log',
);
const FULL = new Error('no room');
const lackOfRoom = (error: Error): string | undefined => (error === FULL ? 'It waits for room.' : undefined);

/** Keeps a part whose starts do, one after another, what is given, and then succeed. */
async function keep(starts: readonly Error[] = [], care: Partial<Care> = {}) {
  const [parts, lines, todo]: [FakePart[], string[], Error[]] = [[], [], [...starts]];
  const begin = async (): Promise<FakePart> => {
    const failure = parts.length === 0 ? undefined : todo.shift();
    if (failure !== undefined) throw failure;
    const part = new FakePart();
    parts.push(part);
    return part;
  };
  const kept = await KeptPart.start(begin, { say: (line) => lines.push(line), firstDelayMs: 1, ...care });
  return { kept, parts, lines };
}

async function latest(parts: readonly FakePart[], count: number): Promise<FakePart> {
  return until(() => (parts.length === count ? parts.at(-1) : undefined));
}

describe('a part that ends by itself', () => {
  it('is started again; each end and each return is told', async () => {
    const { kept, parts, lines } = await keep();
    kept.keep();
    parts[0]?.lose(CRASH);
    await until(() => lines.length === 2);
    parts[1]?.lose(CRASH);
    await until(() => lines.length === 4);
    const end = 'The seeder has ended with SIGKILL. It is started again.';
    const back: unknown = expect.stringMatching(/^The seeder is back after \d+ s\.$/);
    expect(lines).toEqual([end, back, end, back]);
    await kept.stop();
    expect(parts.map(({ isStopped }) => isStopped)).toEqual([false, false, true]);
  });

  it('before it has started well is lost', async () => {
    const { kept, parts, lines } = await keep();
    parts[0]?.lose(CRASH);
    expect(await kept.lost).toBe(CRASH);
    expect(lines).toEqual([]);
  });

  it('again and again, right after each start, is lost, for its last reason', async () => {
    const { kept, parts, lines } = await keep();
    kept.keep();
    for (let life = 1; life <= 5; life += 1) (await latest(parts, life)).lose(CRASH);
    expect(await kept.lost).toBe(CRASH);
    expect(lines.at(-1)).toBe('The seeder has ended 5 times right after its start.');
    await kept.stop();
  });

  it('for a reason that passes is tried again for as long as it takes; the reason is told once, and the tries counted', async () => {
    const { kept, parts, lines } = await keep(
      Array.from({ length: 8 }, () => FULL),
      { passing: lackOfRoom },
    );
    kept.keep();
    parts[0]?.lose(CRASH);
    await latest(parts, 2);
    await until(() => lines.length === 3);
    expect(lines).toEqual([
      'The seeder has ended with SIGKILL. It is started again.',
      'It waits for room.',
      expect.stringMatching(/^The seeder is back after \d+ s; starts that failed: 8\.$/),
    ]);
    await kept.stop();
  });
});

it('starts nothing more once it is being stopped', async () => {
  const { kept, parts } = await keep([], { firstDelayMs: 3_600_000 });
  kept.keep();
  parts[0]?.lose(CRASH);
  await Promise.resolve();
  await kept.stop();
  expect(parts).toHaveLength(1);
});
