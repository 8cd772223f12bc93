import type { Report, ReportedCase } from './report.js';

const HEADINGS = {
  deviates: 'Deviations',
  settled: 'Settled questions',
  ok: 'As expected',
  skipped: 'Not run',
} as const;

/** The report for people. */
export function markdownOf(report: Report): string {
  const { counts } = report;
  return [
    '# IDA conformance report',
    '',
    `- IDA: ${report.isSimulator ? 'the simulator that comes with this suite, no real IDA, at ' : ''}${report.url}, taken for ${report.profile}, asked as ${report.partnerId}`,
    `- From ${report.startedAt} to ${report.endedAt}${report.endedEarly === null ? '' : `; ended early: ${report.endedEarly}`}`,
    `- ${counts.ok} as expected, ${counts.deviates} deviate, ${counts.settled} questions settled, ${counts.skipped} not run`,
    `- Clock of IDA: ${clockText(report.clockAheadSeconds)}`,
    `- Signatures of answers: ${report.areAnswersPinned ? 'by the pinned certificate' : 'in form only, no certificate was given'}`,
    ...(report.commonCause === null ? [] : ['', `**${report.commonCause}**`]),
    ...(Object.keys(HEADINGS) as (keyof typeof HEADINGS)[]).flatMap((status) =>
      section(
        HEADINGS[status],
        report.cases.filter((each) => each.status === status),
      ),
    ),
    '',
    '## Not to be tested by a client',
    '',
    ...report.notProvokable.map(({ checks, what, why }) => `- check ${checks.join(', ')}: ${what}: ${why}`),
    '',
  ].join('\n');
}

function section(heading: string, cases: readonly ReportedCase[]): readonly string[] {
  if (cases.length === 0) return [];
  return ['', `## ${heading}`, '', ...cases.flatMap(entry)];
}

function entry(each: ReportedCase): readonly string[] {
  const lines = [`- **${each.id}** (check ${each.checks.join(', ')}): ${each.title}`];
  const says = each.says === '' ? each.answers.map((answer) => `IDA ${answer}`).join('; ') : each.says;
  lines.push(`  - ${says}`);
  if (each.expected !== undefined)
    lines.push(`  - expected: ${each.expected} (${each.certainty}: ${each.source})`);
  if (each.status === 'settled') lines.push(`  - source: ${each.source}`);
  for (const meaning of each.meanings ?? []) lines.push(`  - ${meaning}`);
  if (each.status === 'deviates') lines.push(`  - transactions: ${each.transactionIds.join(', ')}`);
  return lines;
}

function clockText(aheadSeconds: number | null): string {
  if (aheadSeconds === null) return 'unknown';
  if (aheadSeconds === 0) return "the same as this machine's";
  return `${Math.abs(aheadSeconds)} s ${aheadSeconds > 0 ? 'ahead of' : 'behind'} this machine's`;
}
