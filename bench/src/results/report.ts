import { comparison } from './comparison.js';
import { conditionsText } from './conditions.js';
import { FAULT_PAGE_COLUMNS, type FaultLine, faultsText } from './fault-line.js';
import { FIGURE_COLUMNS, targetsText } from './figures.js';
import { jsonRows } from './json-rows.js';
import { isNoisy, type Part, type Taken } from './part.js';
import { amount, markdownTable, named } from './tables.js';

/** All that is known. */
export interface Results {
  /** In the order of the page; undefined where a bench has never run. */
  readonly parts: readonly (readonly [name: string, part: Part | undefined])[];
  /** Empty before the first run of the fault suite. */
  readonly faults: readonly FaultLine[];
  /** What is to be said about a row, by its name. */
  readonly notes: ReadonlyMap<string, string>;
}

/** All results as a page for people. */
export function report({ parts, faults, notes }: Results): string {
  const known = parts.flatMap(([name, part]) => (part === undefined ? [] : [[name, part] as const]));
  const sections = [
    '# Results\n\nWritten by `npm run bench` and `npm run test:faults`; [README.md](README.md) says how to read them.',
    summary(parts, faults),
    ...known.map(([name, part]) => benchSection(name, part, notes)),
    `## Beside the original\n\n${comparison(known.map(([, part]) => part))}`,
    `## Faults\n\n${faults.length === 0 ? 'The fault suite has not run yet.' : faultSection(faults)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function summary(parts: Results['parts'], faults: readonly FaultLine[]): string {
  const runs = parts.flatMap(([, part]) => part?.taken ?? []);
  const commits = [...new Set(runs.map(({ conditions }) => conditions.commit))];
  const scales = [...new Set(runs.map(({ scale }) => scale))];
  return [
    `- Speed: ${targetsText(parts)}.`,
    `- Faults: ${faults.length === 0 ? 'not run yet' : faultsText(faults)}.`,
    ...(runs.length === 0 ? [] : [`- Figures of commit ${commits.join(', ')}; size ${scales.join(', ')}.`]),
  ].join('\n');
}

function benchSection(name: string, part: Part, notes: ReadonlyMap<string, string>): string {
  const { taken, failed } = part;
  const failure =
    failed === undefined
      ? []
      : [
          `**Did not run**: ${conditionsText(failed.conditions)}: ${failed.why}${taken ? ' (The figures are those of the run before.)' : ''}`,
        ];
  return [
    `## ${name}`,
    ...failure,
    ...(taken ? [takenText(taken), markdownTable(FIGURE_COLUMNS, jsonRows(name, part))] : []),
    ...(taken ? whys(taken, notes) : []),
  ].join('\n\n');
}

function takenText(taken: Taken): string {
  const { conditions, otherWork } = taken;
  const others =
    otherWork === null ? 'other work not counted' : `${amount(otherWork)} processors at other work`;
  return `${conditionsText(conditions)}, ${others}${isNoisy(taken) ? ': **noisy**' : ''}.`;
}

/** Beside each target that is missed: why, and what was tried. Rows that share a note share the paragraph. */
function whys({ rows }: Taken, notes: ReadonlyMap<string, string>): readonly string[] {
  const missed = Map.groupBy(
    rows.filter(({ ok }) => !ok).map(({ name }) => name),
    (name) => notes.get(name) ?? 'nobody has said yet; it belongs into [notes.md](notes.md).',
  );
  return [...missed].map(
    ([note, names]) => `**Why ${named(names)} ${names.length === 1 ? 'is' : 'are'} missed**: ${note}`,
  );
}

function faultSection(faults: readonly FaultLine[]): string {
  const runs = faults.flatMap(({ conditions }) => conditions ?? []);
  const on = new Set(runs.map(({ command, machine }) => `- \`${command}\`, ${machine}`));
  return [...on, '', markdownTable(FAULT_PAGE_COLUMNS, faults)].join('\n');
}
