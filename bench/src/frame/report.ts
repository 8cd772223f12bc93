import { comparison } from './comparison.js';
import type { FaultLine } from './faults.js';
import { markdownTable } from './markdown.js';
import type { Measurement } from './measurement.js';
import type { Machine, Part } from './results.js';
import { amount, percent } from './table.js';

/** All results as a page for people. @param faults undefined until the fault suite has run */
export function report(
  parts: readonly (readonly [name: string, part: Part])[],
  faults: readonly FaultLine[] | undefined,
): string {
  const rows = parts.flatMap(([, part]) => part.rows);
  const sections = [
    '# Results\n\nWritten by `npm run bench` and `npm run test:faults`; [README.md](README.md) says how to read them.',
    summary(rows),
    ...parts.map(([name, part]) => benchSection(name, part)),
    `## Beside the original\n\n${comparison(rows)}`,
    `## Faults\n\n${faults === undefined ? 'The fault suite has not run here yet.' : faultTable(faults)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function summary(rows: readonly Measurement[]): string {
  const targets = rows.filter(({ target }) => target !== undefined);
  const missed = targets.filter(({ ok }) => !ok).map(({ name }) => `\`${name}\``);
  const met = `${String(targets.length - missed.length)} of ${String(targets.length)} targets are met`;
  return missed.length === 0 ? `${met}.` : `${met}; missed: ${missed.join(', ')}.`;
}

function benchSection(name: string, { measuredAt, machine, options, rows }: Part): string {
  const scale = { quick: ' --quick', usual: '', full: ' --full' }[options.scale];
  return [
    `## ${name}`,
    `\`npm run bench -- ${name}${scale}\`, ${measuredAt.slice(0, 16).replace('T', ' ')} UTC, ${on(machine)}.`,
    measurements(rows),
  ].join('\n\n');
}

function on({ cpu, cores, memoryGb, system, node, load }: Machine): string {
  return `${String(cores)} × ${cpu}, ${amount(memoryGb)} GB, ${system}, Node.js ${node.slice(1)}, load ${amount(load)}`;
}

function measurements(rows: readonly Measurement[]): string {
  return markdownTable(
    ['figure', '>value', 'unit', '>ceiling', '>ratio', '>spread', 'target', ''],
    rows.map(({ name, value, unit, ceiling, ratio, spread, target = '', ok }) => [
      name,
      amount(value),
      unit,
      amount(ceiling),
      percent(ratio),
      spread === undefined ? '' : `± ${percent(spread)}`,
      target,
      target === '' ? '' : ok ? 'met' : '**missed**',
    ]),
  );
}

function faultTable(faults: readonly FaultLine[]): string {
  const head = [
    'fault',
    '>records',
    '>lost',
    '>doubled',
    '>asked twice',
    '>at most',
    '>resumed after, s',
    'also broken',
  ];
  const lines = faults.map((fault) =>
    fault.skipped === undefined
      ? [fault.title, ...counts(fault), fault.broken.join('; ')]
      : [fault.title, '', '', '', '', '', '', `skipped: ${fault.skipped}`],
  );
  return markdownTable(head, lines);
}

function counts(fault: FaultLine): readonly string[] {
  const { records, lost, doubled, askedTwice, askedTwiceMax, resumedAfterSeconds } = fault;
  const numbers = [records, lost, doubled, askedTwice, askedTwiceMax].map(amount);
  return [...numbers, resumedAfterSeconds === null ? 'never stopped' : amount(resumedAfterSeconds)];
}
