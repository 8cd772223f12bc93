import type { AppExit } from '@mts/testing';

import type { Row } from '../gateway.js';
import type { FaultReport } from './fault.js';
import type { FaultSystem, HandedIn } from './fault-system.js';
import type { ListedPerson } from './people-list.js';
import { PersonalData } from './personal-data.js';

/** What became of one record. */
export interface AuditedRecord extends ListedPerson {
  readonly actual: Row;
  /** As the simulator counted them. */
  readonly callCount: number;
}

export interface AuditOptions {
  /** All that was handed in and has to come out. */
  readonly requests: readonly HandedIn[];
  /** What was sent and not yet stored at the faults. */
  readonly askedTwiceMax: number;
  readonly resumedAfterSeconds?: number | undefined;
  /** Default: no time is promised. */
  readonly resumedSecondsMax?: number | undefined;
  /** What the fault has seen itself and must not have, as sentences. */
  readonly broken?: readonly string[];
  /** What else the table is to tell, as sentences. */
  readonly remarks?: readonly string[];
  /** Outcomes beside the generator's that this fault explains; default: none. */
  readonly allows?: (record: AuditedRecord) => boolean;
}

interface RequestAudit {
  readonly records: readonly AuditedRecord[];
  readonly doubled: number;
  readonly broken: readonly string[];
}

/**
 * Looks at everything that a fault may have harmed, once the requests have ended. It ends the apps in good order.
 *
 * Outcomes are those of the generator. Beside them only a one-time VID that was asked twice may have been used up by the
 * first call, when the row says so, and what the fault itself allows.
 */
export async function audit(system: FaultSystem, options: AuditOptions): Promise<FaultReport> {
  const audits: RequestAudit[] = [];
  for (const request of options.requests) audits.push(await auditRequest(system, request));
  const records = audits.flatMap((one) => one.records);
  const unexplained = records.filter(
    (record) => !isExplained(record) && !(options.allows?.(record) ?? false),
  );
  const { askedTwiceMax, resumedAfterSeconds, resumedSecondsMax, remarks = [] } = options;
  return {
    counts: {
      records: records.length,
      lost: unexplained.length,
      doubled: sum(audits.map((one) => one.doubled)),
      askedTwice: askedTwice(records),
      askedTwiceMax,
      resumedAfterSeconds: resumedAfterSeconds ?? null,
      resumedSecondsMax: resumedSecondsMax ?? null,
    },
    remarks,
    broken: [
      ...(options.broken ?? []),
      ...audits.flatMap((one) => one.broken),
      ...tally(unexplained),
      ...(await ends(system)),
      ...(await leaks(
        system,
        PersonalData.of(
          records,
          records.map(({ actual }) => actual),
        ),
      )),
    ],
  };
}

/** All that is wrong, as sentences. */
export function problemsOf({ counts, broken }: FaultReport): readonly string[] {
  const { lost, doubled, askedTwice: twice, askedTwiceMax } = counts;
  const [seconds, secondsMax] = [counts.resumedAfterSeconds ?? 0, counts.resumedSecondsMax ?? Infinity];
  const wrong = {
    [`${String(lost)} records are lost`]: lost > 0,
    [`${String(doubled)} records are doubled`]: doubled > 0,
    [`${String(twice)} calls were made twice, at most ${String(askedTwiceMax)} may be`]:
      twice > askedTwiceMax,
    [`work went on only after ${seconds.toFixed(2)} s (limit ${String(secondsMax)} s)`]: seconds > secondsMax,
  };
  return [...sentences(wrong), ...broken];
}

async function auditRequest(system: FaultSystem, { id, list }: HandedIn): Promise<RequestAudit> {
  const [status, rows] = [await system.gateway.status(id), await system.gateway.rows(id)];
  const calls = await system.ida.callsAbout(list.people.map(({ source }) => source['vid'] ?? ''));
  const records = list.people.map((person, index) => ({
    ...person,
    actual: rows[index] ?? {},
    callCount: calls[index] ?? 0,
  }));
  const counted = status.done + status.failed + status.invalid;
  const found = {
    'the results are not in source order': records.some(
      ({ actual, source }) => actual['vid'] !== source['vid'],
    ),
    'IDA was asked about a malformed record': records.some(
      ({ expected, callCount }) => expected['status'] === 'invalid' && callCount > 0,
    ),
    [`the request counts ${String(counted)} outcomes of ${String(status.total)} records, the list has ${String(list.length)}`]:
      counted !== list.length || status.total !== list.length,
    'the counts of the request are not those of its rows':
      status.done !== withStatus(rows, 'processed') ||
      status.failed !== withStatus(rows, 'error') ||
      status.invalid !== withStatus(rows, 'invalid'),
  };
  return {
    records,
    doubled: Math.max(0, rows.length - list.length) + Math.max(0, counted - list.length),
    broken: sentences(found),
  };
}

function sentences(found: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(found).flatMap(([sentence, isSo]) => (isSo ? [sentence] : []));
}

function withStatus(rows: readonly Row[], status: string): number {
  return rows.filter((row) => row['status'] === status).length;
}

function isExplained({ actual, expected, isOneTimeVid, callCount }: AuditedRecord): boolean {
  if (['status', 'token', 'errorCode'].every((column) => actual[column] === expected[column])) return true;
  return (
    isOneTimeVid &&
    callCount > 1 &&
    actual['errorCode'] === 'IDA-MLC-018' &&
    (actual['errorMessage'] ?? '').includes('may have used up a one-time VID')
  );
}

/** Calls beyond one for each row; a number that stands in two rows may be asked about for each. */
function askedTwice(records: readonly AuditedRecord[]): number {
  const rowsById = new Map<string, { rows: number; calls: number }>();
  for (const { source, callCount, expected } of records) {
    if (expected['status'] === 'invalid') continue;
    const id = source['vid'] ?? '';
    rowsById.set(id, { rows: (rowsById.get(id)?.rows ?? 0) + 1, calls: callCount });
  }
  return sum([...rowsById.values()].map(({ rows, calls }) => Math.max(0, calls - rows)));
}

/** How many records ended in what way, without saying whose they are. */
function tally(records: readonly AuditedRecord[]): string[] {
  const counts = new Map<string, number>();
  for (const { actual, expected, callCount, isOneTimeVid } of records) {
    const vid = isOneTimeVid ? ' (one-time VID)' : '';
    const way = `${outcomeOf(actual)} instead of ${outcomeOf(expected)}, asked ${String(callCount)} times${vid}`;
    counts.set(way, (counts.get(way) ?? 0) + 1);
  }
  return [...counts].map(([way, count]) => `${String(count)} records ended as ${way}`);
}

function outcomeOf({ status = 'nothing', errorCode = '' }: Row): string {
  return `${status} ${errorCode}`.trimEnd();
}

/** Ends the apps; whoever has ended before without a fault's doing, or ends badly now, is told of. */
async function ends(system: FaultSystem): Promise<string[]> {
  const ended = system.allProcesses().flatMap(({ app, endedByItself }) => {
    return endedByItself === undefined ? [] : [`${app} ended by itself, with ${exitText(endedByItself)}`];
  });
  const stops = await system.stopApps();
  const badly = stops
    .filter(({ exit }) => exit.code !== 0)
    .map(({ app, exit }) => `${app} did not stop in good order, but with ${exitText(exit)}`);
  return [...ended, ...badly];
}

function exitText({ code, signal }: AppExit): string {
  return signal ?? `code ${String(code)}`;
}

async function leaks(system: FaultSystem, personal: PersonalData): Promise<string[]> {
  const found: string[] = [];
  for (const kind of personal.kindsIn(await system.output())) found.push(`a log holds ${kind}`);
  const inQueue = new Set<string>();
  await system.eachQueueRow((row) => {
    for (const kind of personal.kindsIn(row)) inQueue.add(`the queue's tables hold ${kind}`);
  });
  return [...found, ...inQueue];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
