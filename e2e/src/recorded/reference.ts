import { DECISIONS, decisionOf } from './decided.js';
import { AS_RECORDED, type Decision } from './decision.js';
import { type CaseKey, caseKey, RECORDED_CASES, type Target, type Verdict } from './recorded-case.js';

const INTRODUCTION = `# Recorded cases of the original token seeder

Version 1.1 of the original (\`dev\`), its synchronous mode (\`sync\`), version 1.0.1 (\`main\`) and 1.1 with other mandatory
fields (\`devmand…\`) were run, and everything that came of a call was recorded: the answer, the statuses, the result file, what
IDA was asked, and what the receiver of a callback, Odoo, an OAuth server and ODK Central got. A suite replays every case
against the running apps (\`e2e/src/recorded\`, the recording in \`e2e/data/recorded\`). A case is **contract**, to be kept; a
**quirk**, to be decided upon; or a **bug**, not to be repeated. This page is generated (\`npm run docs\`).

## What differs in every case

- One process serves what were three programs, so \`/authtoken/json\` takes a list and a single record, and no address is missing.
- \`version\` is 1.1.0 in every answer; the synchronous mode says 1.0, and 1.0.1 says 1.0.1.
- \`responsetime\` is the moment of the answer; the original gives that of its start.
- A result has the columns of 1.1 in their order: vid, status, token, errorCode, errorMessage; 1.0.1 has token before status.
- The status says more than the word.
- Attributes that a person has not are left out of what IDA is asked; the original sends null. Names are sent in lower case, which
  IDA does not tell from upper.
- The status \`submitted_with_errors\`, which the original shows for a moment of a list without a usable record, never shows: its
  result can be fetched at once, as \`processed_with_errors\`.
`;

/** The text of `docs/reference/recorded-cases.md`. */
export function recordedCasesPage(): string {
  return [
    INTRODUCTION,
    countsTable(),
    section('Contract: where we deviate', 'contract'),
    section('Quirks: what was decided', 'quirk'),
    section('Bugs: what we do instead', 'bug'),
  ].join('\n');
}

function countsTable(): string {
  const rows = (['contract', 'quirk', 'bug'] as const).map((verdict) => {
    const cases = RECORDED_CASES.filter((recorded) => recorded.verdict === verdict);
    const alike = cases.filter((recorded) => (decisionOf(recorded)?.here ?? AS_RECORDED) === AS_RECORDED);
    return row(verdict, String(cases.length), String(alike.length), String(cases.length - alike.length));
  });
  return `${['## Counts', '', row('verdict', 'cases', 'as recorded', 'otherwise'), row('---', '---', '---', '---'), ...rows].join('\n')}\n`;
}

function section(title: string, verdict: Verdict): string {
  const rows = groups(verdict).map(({ decision, keys }) =>
    row(keys.join(', '), decision.here, decision.because),
  );
  return `${[`## ${title}`, '', row('cases', 'here', 'why'), row('---', '---', '---'), ...rows].join('\n')}\n`;
}

/** Cases with one decision stand in one row. */
function groups(verdict: Verdict): { decision: Decision; keys: string[] }[] {
  const byText = new Map<string, { decision: Decision; keys: string[] }>();
  for (const recorded of RECORDED_CASES) {
    const decision = DECISIONS[verdict][caseKey(recorded)];
    if (decision === undefined) continue;
    const text = `${decision.here}\n${decision.because}`;
    const group = byText.get(text) ?? { decision, keys: [] };
    byText.set(text, group);
    group.keys.push(nameOf(recorded));
  }
  return [...byText.values()];
}

function nameOf(recorded: { readonly target: Target; readonly name: string }): `\`${CaseKey}\`` {
  return `\`${caseKey(recorded)}\``;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`).replaceAll('\r\n', '␍␊')).join(' | ')} |`;
}
