import type { CaseResult } from './run.js';

/** The well-formed question about nobody: where IDA refuses it for something else, it would do so with everybody. */
export const FIRST_QUESTION = 'message.usual-form';

/** Whether it is the first question, and IDA refuses it for something that it would refuse other cases for, too. */
export function isSpoilt({ case: { id }, status, answers }: CaseResult): boolean {
  return id === FIRST_QUESTION && status === 'deviates' && answers.every(({ kind }) => kind === 'ida');
}

/** Whether IDA says of this case what it said to the first question. */
export function isLike(first: CaseResult | undefined, { status, says }: CaseResult): boolean {
  // In front may stand which call of the case it was, and behind that nobody foresaw the answer to an open question.
  const isAnswer = status === 'deviates' || status === 'settled';
  return first !== undefined && isAnswer && says.includes(first.says);
}

/** What most deviations come from, in a sentence, where the first question deviates already. */
export function commonCause(results: readonly CaseResult[]): string | undefined {
  const first = results.find(isSpoilt);
  if (first === undefined) return undefined;
  const others = results.filter((result) => result !== first && result.status === 'deviates');
  const alike = others.filter((result) => isLike(first, result)).length;
  const advice = `${FIRST_QUESTION} deviates, so keys, certificates, partner, policy, profile or clock are wrong: mend that first.`;
  if (others.length === 0) return advice;
  const how = alike === others.length ? 'all' : String(alike);
  return `${advice} Of the ${others.length} other deviations ${how} are the same answer and follow from it, and what is settled or as expected proves little; nobody was touched.`;
}
