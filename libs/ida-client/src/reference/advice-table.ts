import { CODES, type CodeRule, UNKNOWN } from '../codes.js';

/** The text of `libs/domain/src/errors/ida-advice-table.ts`, for those who tell people of codes and ask IDA nothing. */
export function adviceTable(): string {
  return [
    '// Generated from libs/ida-client/src/codes by `npm run docs`: change it there.',
    '',
    'export type IdaAdvice = readonly (readonly [when: RegExp | null, sentences: string])[];',
    '',
    `export const UNKNOWN_IDA_ADVICE =\n  ${sentences(UNKNOWN)};`,
    '',
    '/** What each code says and what to do about it; the first meaning whose pattern fits the message applies. */',
    'export const IDA_ADVICE: Readonly<Record<string, IdaAdvice>> = {',
    ...[...CODES].map(([code, rules]) => `  '${code}': [${rules.map(meaning).join(', ')}],`),
    '};',
    '',
  ].join('\n');
}

function meaning(rule: CodeRule): string {
  return `[${String(rule.when ?? null)}, ${sentences(rule)}]`;
}

function sentences({ means, advice }: CodeRule): string {
  return JSON.stringify(`${means} ${advice}`);
}
