import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { startEmbeddedPostgres } from '@mts/embedded-postgres';
import { until } from '@mts/testing';

import { audit } from './audit.js';
import type { Fault, FaultReport, FaultScale, Skipped } from './fault.js';
import { FaultSystem } from './fault-system.js';
import { answerToList } from './hand-in.js';
import { SmallDisk } from './small-disk.js';

/** A part of the data directory that has a disk of its own, and what happens when that is full. */
interface Variant {
  readonly name: string;
  readonly part: 'base' | 'pg_wal';
  readonly what: string;
  readonly sizeMegabytes: number;
  /** What a caller is told who hands a list in. */
  readonly refusedWith: string;
}

interface Size {
  readonly records: number;
  readonly fullSeconds: number;
}

const VARIANTS: readonly Variant[] = [
  {
    name: 'disk-full-data',
    part: 'base',
    what: 'the disk of the data is full',
    sizeMegabytes: 192,
    refusedWith: '503 MTS-SYS-002',
  },
  {
    // PostgreSQL ends when it cannot write its log: it cannot even say why.
    name: 'disk-full-wal',
    part: 'pg_wal',
    what: 'the disk of the write-ahead log is full, and PostgreSQL ends',
    sizeMegabytes: 384,
    refusedWith: '503 MTS-SYS-001',
  },
];
const SIZES: Readonly<Record<FaultScale, Size>> = {
  short: { records: 600, fullSeconds: 3 },
  // Longer than a lease.
  full: { records: 8000, fullSeconds: 60 },
};
const IN_FLIGHT_MAX = 8;
const LATENCY_MS = 50;
/** From the moment that there is room, and PostgreSQL runs, to the next outcome. */
const RESUMED_SECONDS_MAX = 30;
/** More than any table has left in its last pages. */
const UPLOAD_ROWS = 60_000;
/** A segment of the write-ahead log has 16 MB, and some are made ahead. */
const WAL_MESSAGES_MAX = 512;

export const fullDisks: readonly Fault[] = VARIANTS.map((variant) => ({
  name: variant.name,
  title: {
    short: `${variant.what} for ${String(SIZES.short.fullSeconds)} s`,
    full: `${variant.what} for ${String(SIZES.full.fullSeconds)} s`,
  },
  fullMinutes: 3,
  run: async (scale) => onSmallDisk(variant, SIZES[scale]),
}));

async function onSmallDisk(variant: Variant, size: Size): Promise<FaultReport | Skipped> {
  const directory = await mkdtemp(join(tmpdir(), 'mts-full-'));
  // PostgreSQL's user must be let through.
  await chmod(directory, 0o711);
  const disk = await SmallDisk.mount(join(directory, 'small'), variant.sizeMegabytes);
  try {
    if (typeof disk === 'string') return { skipped: disk };
    const dataDir = join(directory, 'postgres', 'data');
    const postgres = await startEmbeddedPostgres({ dataDir });
    await postgres.stop();
    await disk.take(join(postgres.dataDir, variant.part), variant.part);
    const env = { MTS_IDA_IN_FLIGHT_MAX: String(IN_FLIGHT_MAX), MTS_UPLOAD_AGE_MINUTES_MAX: '1' };
    return await FaultSystem.use({ records: size.records, env, postgresDataDir: dataDir }, async (system) =>
      fillUp(system, disk, variant, size),
    );
  } finally {
    if (disk instanceof SmallDisk) await disk.unmount();
    await rm(directory, { recursive: true });
  }
}

async function fillUp(
  system: FaultSystem,
  disk: SmallDisk,
  { part, refusedWith }: Variant,
  { fullSeconds }: Size,
): Promise<FaultReport> {
  await system.ida.setFaults({ latencyMs: LATENCY_MS });
  const request = await system.submit();
  await system.untilSettled(Math.floor(system.people.length / 4));
  system.phase = 'the disk is full';
  await disk.fill();
  if (part === 'pg_wal') await writeLogUntilItEnds(system);
  const broken = await refusal(system, refusedWith);
  await wait(fullSeconds * 1000);
  const early = part === 'pg_wal' && (await comesBack(system));
  if (early) broken.push('PostgreSQL came back though there was no room: the disk was not full');
  await disk.free();
  system.phase = 'there is room again';
  if (part === 'pg_wal' && !early && !(await comesBack(system)))
    broken.push('PostgreSQL did not come back when there was room');
  const resumedAfterSeconds = await system.secondsToNextOutcome();
  await system.gateway.finished(request.id, 600_000);
  await untilNothingIsLeft(system);
  return audit(system, {
    requests: [request],
    askedTwiceMax: IN_FLIGHT_MAX,
    resumedAfterSeconds,
    resumedSecondsMax: RESUMED_SECONDS_MAX,
    broken,
  });
}

/** In messages of 1 MB that nobody reads. */
async function writeLogUntilItEnds(system: FaultSystem): Promise<void> {
  const { lost } = system.postgres;
  for (let message = 0; message < WAL_MESSAGES_MAX; message += 1) {
    const isWritten = await system.postgres
      .query("SELECT pg_logical_emit_message(false, 'filler', repeat('x', 1000000))")
      .then(
        () => true,
        () => false,
      );
    if (!isWritten) break;
  }
  // It tries to recover by itself, and ends when it finds no room for that either.
  await lost;
}

async function comesBack(system: FaultSystem): Promise<boolean> {
  return system.postgres.restart().then(
    () => true,
    () => false,
  );
}

/** A list that is handed in now is refused, with a reason that is not its caller's fault. */
async function refusal(system: FaultSystem, expected: string): Promise<string[]> {
  const [header = '', ...lines] = system.people.csv.trimEnd().split('\r\n');
  const rows = Array.from({ length: UPLOAD_ROWS }, (_, index) => lines[index % lines.length] ?? '');
  const answer = await answerToList(system.gateway, [header, ...rows].join('\r\n'));
  return answer === expected ? [] : [`a list was answered with ${answer} while the disk was full`];
}

async function untilNothingIsLeft(system: FaultSystem): Promise<void> {
  await until(
    async () => {
      const left = await system.postgres.query(
        `SELECT 1 FROM mts.request WHERE state = 'receiving'
         UNION ALL SELECT 1 FROM mts.record r WHERE NOT EXISTS (SELECT 1 FROM mts.request q WHERE q.id = r.request_id) LIMIT 1`,
      );
      return left.length === 0;
    },
    { timeoutMs: 240_000, what: 'the end of all that the refused list left' },
  );
}
