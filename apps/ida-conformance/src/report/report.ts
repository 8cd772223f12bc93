import { type Certainty, touchOf, type Version } from '../cases/case.js';
import { NOT_PROVOKABLE, type NotProvokable } from '../cases/not-provokable.js';
import type { Connection } from '../exchange/connection.js';
import { commonCause } from '../first-question.js';
import { describeAnswer } from '../judge.js';
import type { CaseResult } from '../run.js';

/** What is written down of a run: no number of a person, no name, no token, no key. */
export interface Report {
  readonly suite: 'ida-conformance 2.0.0';
  readonly startedAt: string;
  readonly endedAt: string;
  /** Why it ended before the last case; null if it did not. */
  readonly endedEarly: string | null;
  /** Where most deviations come from one thing, that. */
  readonly commonCause: string | null;
  /** The IDA was the simulator that comes with the suite. */
  readonly isSimulator: boolean;
  /** Without the path behind it, which holds keys. */
  readonly url: string;
  readonly profile: Version;
  readonly partnerId: string;
  readonly areAnswersPinned: boolean;
  /** How far IDA's clock is ahead of this machine's. */
  readonly clockAheadSeconds: number | null;
  readonly counts: Counts;
  readonly cases: readonly ReportedCase[];
  readonly notProvokable: readonly NotProvokable[];
}

export type Counts = Readonly<Record<CaseResult['status'], number>>;

export interface ReportedCase {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly checks: readonly number[];
  readonly touches: string;
  readonly certainty: Certainty;
  readonly source: string;
  readonly status: CaseResult['status'];
  readonly says: string;
  /** What came of each call. */
  readonly answers: readonly string[];
  readonly expected?: string;
  readonly meanings?: readonly string[];
  readonly transactionIds: readonly string[];
}

export interface Run {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly endedEarly: string | undefined;
  readonly isSimulator: boolean;
  readonly connection: Connection;
  readonly results: readonly CaseResult[];
}

export function reportOf({ startedAt, endedAt, endedEarly, isSimulator, connection, results }: Run): Report {
  return {
    suite: 'ida-conformance 2.0.0',
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    endedEarly: endedEarly ?? null,
    commonCause: commonCause(results) ?? null,
    isSimulator,
    url: connection.authUrl,
    profile: connection.version,
    partnerId: connection.partnerId,
    areAnswersPinned: connection.answerPins.length > 0,
    clockAheadSeconds: clockAheadSeconds(results),
    counts: countsOf(results),
    cases: results.map(reported),
    notProvokable: NOT_PROVOKABLE,
  };
}

function countsOf(results: readonly CaseResult[]): Counts {
  const of = (status: CaseResult['status']): number =>
    results.filter((each) => each.status === status).length;
  return { ok: of('ok'), deviates: of('deviates'), settled: of('settled'), skipped: of('skipped') };
}

function reported({ case: each, ...result }: CaseResult): ReportedCase {
  const { id, title, kind, checks, certainty, source } = each;
  const answers = result.answers.map(describeAnswer);
  return { id, title, kind, checks, touches: touchOf(each), certainty, source, ...result, answers };
}

function clockAheadSeconds(results: readonly CaseResult[]): number | null {
  const all = results.flatMap(({ answers }) =>
    answers.flatMap((answer) => (answer.kind === 'ida' ? (answer.aheadSeconds ?? []) : [])),
  );
  return all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)] ?? null;
}
