import type { Touch } from './cases/case.js';
import type { Terminal } from './command/terminal.js';
import type { Identities } from './identities.js';
import { describeAnswer } from './judge.js';
import type { Planned } from './plan.js';
import { count, messageLines } from './plan-text.js';
import type { CaseResult, Runner } from './run.js';

export interface Conducted {
  readonly results: readonly CaseResult[];
  readonly endedEarly: string | undefined;
}

/** The well-formed question about nobody: where IDA refuses it for something else, it would do so with everybody. */
const FIRST_QUESTION = 'message.usual-form';

/** Calls in a row that no IDA answered, after which none is expected to. */
const STRANGE_ANSWERS_MAX = 3;

/**
 * Runs what is allowed, case by case, and says how each went. Once `stop` is aborted no further case is begun; and
 * nobody is touched for answers that keys, partner or clock have spoilt already.
 */
export async function conduct(
  planned: readonly Planned[],
  allowed: ReadonlySet<Touch>,
  runner: Pick<Runner, 'run'>,
  { print, stop }: { readonly print: Terminal['print']; readonly stop: AbortSignal },
): Promise<Conducted> {
  const results: CaseResult[] = [];
  let strangeAnswers = 0;
  let isSetUpWrong = false;
  for (const each of planned) {
    if (stop.aborted) return { results, endedEarly: 'it was interrupted' };
    const reason = each.lack ?? forbidden(each.touch, allowed, isSetUpWrong);
    const result: CaseResult = reason === undefined ? await runner.run(each) : skipped(each, reason);
    results.push(result);
    print(lineOf(result));
    if (reason !== undefined) continue;
    isSetUpWrong ||= each.case.id === FIRST_QUESTION && result.status === 'deviates';
    const [strange] = result.status === 'deviates' ? result.answers.filter(({ kind }) => kind !== 'ida') : [];
    const isFirst = results.every(({ status, case: other }) => status === 'skipped' || other === each.case);
    strangeAnswers = strange === undefined ? 0 : strangeAnswers + 1;
    if (strange !== undefined && (isFirst || strangeAnswers >= STRANGE_ANSWERS_MAX)) {
      return { results, endedEarly: `there seems to be no IDA: it ${describeAnswer(strange)}` };
    }
  }
  return { results, endedEarly: undefined };
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
