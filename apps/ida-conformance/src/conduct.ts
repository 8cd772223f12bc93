import type { Touch } from './cases/case.js';
import { Interruption } from './command/interruption.js';
import type { Terminal } from './command/terminal.js';
import { FIRST_QUESTION, isLike, isSpoilt } from './first-question.js';
import type { Identities } from './identities.js';
import { describeAnswer } from './judge.js';
import type { Planned } from './plan.js';
import { count, messageLines } from './plan-text.js';
import type { CaseResult, Runner } from './run.js';

export interface Conducted {
  /** One for each case that was planned, in that order. */
  readonly results: readonly CaseResult[];
  readonly endedEarly: string | undefined;
}

/** Calls in a row that no IDA answered, after which none is expected to. */
const STRANGE_ANSWERS_MAX = 3;

/**
 * Runs what is allowed, case by case, and says how each went, but for those that go the way of the first question.
 * Once `stop` is aborted no further case is begun; and nobody is touched for answers that keys, partner or clock have
 * spoilt already.
 */
export async function conduct(
  planned: readonly Planned[],
  allowed: ReadonlySet<Touch>,
  runner: Pick<Runner, 'run'>,
  { print, stop }: { readonly print: Terminal['print']; readonly stop: AbortSignal },
): Promise<Conducted> {
  const results: CaseResult[] = [];
  const endEarly = (why: string): Conducted => {
    const rest = planned.slice(results.length).map((each) => skipped(each, each.lack ?? 'not reached'));
    return { results: [...results, ...rest], endedEarly: why };
  };
  let strangeAnswers = 0;
  let spoilt: CaseResult | undefined;
  for (const each of planned) {
    if (stop.aborted) return endEarly(INTERRUPTED);
    const reason = each.lack ?? forbidden(each.touch, allowed, spoilt !== undefined);
    const result = reason === undefined ? await unlessInterrupted(runner, each) : skipped(each, reason);
    if (result === undefined) return endEarly(INTERRUPTED);
    results.push(result);
    if (!isLike(spoilt, result)) print(lineOf(result));
    if (reason !== undefined) continue;
    if (isSpoilt(result)) {
      spoilt = result;
      print(EXPLANATION);
    }
    const [strange] = result.status === 'deviates' ? result.answers.filter(({ kind }) => kind !== 'ida') : [];
    const isFirst = results.every(({ status, case: other }) => status === 'skipped' || other === each.case);
    strangeAnswers = strange === undefined ? 0 : strangeAnswers + 1;
    if (strange !== undefined && (isFirst || strangeAnswers >= STRANGE_ANSWERS_MAX)) {
      return endEarly(`there seems to be no IDA: it ${describeAnswer(strange)}`);
    }
  }
  return { results, endedEarly: undefined };
}

const INTERRUPTED = 'it was interrupted';
const EXPLANATION =
  '         Mend this first. Cases with the same answer follow from it, and have no line of their own here.';

/** @returns undefined if whoever was to read out an OTP has ended the run */
async function unlessInterrupted(
  runner: Pick<Runner, 'run'>,
  each: Planned,
): Promise<CaseResult | undefined> {
  try {
    return await runner.run(each);
  } catch (error) {
    if (error instanceof Interruption) return undefined;
    throw error;
  }
}

function forbidden(touch: Touch, allowed: ReadonlySet<Touch>, isSetUpWrong: boolean): string | undefined {
  if (!allowed.has(touch)) return `not asked for: --run ${touch}`;
  return isSetUpWrong && touch !== 'nobody'
    ? `nobody is touched while ${FIRST_QUESTION} deviates`
    : undefined;
}

function skipped({ case: each }: Planned, reason: string): CaseResult {
  return { case: each, status: 'skipped', says: reason, transactionIds: [], answers: [] };
}

export function lineOf({ case: { id, title }, status, says, expected }: CaseResult): string {
  const onDeviation = `${says}; expected: ${expected ?? ''}`;
  const text = { ok: title, deviates: onDeviation, settled: says, skipped: says }[status];
  return `${status.padEnd(8)} ${id.padEnd(34)} ${text}`;
}

/** Asks for each kind of case that was not allowed beforehand, whether to run it. */
export async function consent(
  planned: readonly Planned[],
  allowed: ReadonlySet<Touch>,
  identities: Identities,
  terminal: Terminal,
): Promise<ReadonlySet<Touch>> {
  const given = new Set(allowed);
  if (!terminal.isInteractive) return given;
  for (const touch of ['notifying', 'consuming', 'dangerous'] as const) {
    const able = planned.filter((each) => each.touch === touch && each.lack === undefined);
    if (given.has(touch) || able.length === 0) continue;
    terminal.print(
      [`\n${count(able.length, 'case')}, ${touch}:`, ...messageLines(able, identities)].join('\n'),
    );
    if (/^y(es)?$/i.test(await terminal.ask('Run them? [y/N] '))) given.add(touch);
  }
  return given;
}
