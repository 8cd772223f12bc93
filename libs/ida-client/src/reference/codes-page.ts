import { CODE_FAMILIES, type CodeRule } from '../codes.js';
import { PROFILE_NAMES, type ProfileName } from '../profiles.js';
import { page, quoted, table } from './markdown.js';

/** One meaning of one code in one version of IDA: its class, or nothing where that version does not have it. */
export type CellOf = (rule: CodeRule, version: ProfileName) => string;

/** As the table of codes says it. */
export const cellFromTable: CellOf = (rule, version) => (isIn(rule, version) ? rule.faultClass : ABSENT);

const ABSENT = '–';

function isIn(rule: CodeRule, version: ProfileName): boolean {
  return PROFILE_NAMES.indexOf(version) >= PROFILE_NAMES.indexOf(rule.since);
}

/** The text of `docs/reference/ida-codes.md`. */
export function codesPage(cellOf: CellOf = cellFromTable): string {
  return page('Every code of IDA, version by version', 'libs/ida-client/src/codes', [
    'What the codes mean for people is told in [Asking IDA](ida.md); this is the whole list, with the class that each meaning of a code has in each version of IDA. A test answers each of them over HTTP, in the form of each version and on each call that can bring it, and compares what the client makes of it with this page.',
    '- **the last columns**: the class, [record](../errors/record.md), [configuration](../errors/configuration.md), [transient](../errors/transient.md), [client](../errors/client.md); – where this version does not have the code.\n' +
      '- **reach**: how far it goes: one record, one request, or the whole profile, which is everybody.\n' +
      '- **asked**: whether the person may have been looked up: a VID used, a message sent.\n' +
      '- **calls**: those that can bring it. Where there is none, IDA declares the code and never sends it on these calls.',
    ...CODE_FAMILIES.flatMap(({ title, codes }) => [
      `## ${title}`,
      table(
        ['code', 'IDA says', 'reach', 'asked', 'calls', ...PROFILE_NAMES],
        [...codes].flatMap(([code, rules]) => rules.map((rule) => codeRow(code, rules, rule, cellOf))),
      ),
    ]),
    'Any other code is taken for a fault of the configuration that reaches no further than its record.',
  ]);
}

function codeRow(
  code: string,
  rules: readonly CodeRule[],
  rule: CodeRule,
  cellOf: CellOf,
): readonly string[] {
  return [
    code,
    quoted(rule.text) + (rules.length === 1 ? '' : `<br>${rule.means}`),
    rule.scope,
    rule.effect === 'not-asked' ? 'no' : 'maybe',
    rule.calls.join(', ') || 'none',
    ...PROFILE_NAMES.map((version) => cellOf(rule, version)),
  ];
}
