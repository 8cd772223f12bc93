import type { Measurement } from '../frame/measurement.js';
import { conditionsText } from './conditions.js';
import { type Compared, COMPARED, ORIGINAL_MEASURED_ON } from './original.js';
import { isNoisy, type Part, type Taken } from './part.js';
import { amount, type Column, markdownTable } from './tables.js';

interface Found {
  readonly taken: Taken;
  readonly row: Measurement;
}

/** The original's figures beside ours, and on what both were measured. */
export function comparison(parts: readonly Part[]): string {
  const found = new Map<string, Found>();
  for (const { taken } of parts) {
    for (const row of taken?.rows ?? []) if (taken !== undefined) found.set(row.name, { taken, row });
  }
  const ours = COMPARED.flatMap(({ ours: name }) => found.get(name)?.taken ?? []);
  return [
    markdownTable(columnsWith(found), COMPARED),
    `**Original**: ${ORIGINAL_MEASURED_ON}.`,
    `**This**: one gateway and one seeder, with PostgreSQL, the caller and what stands in for IDA on the same processors.`,
    [...new Set(ours)].map(runText).join('\n'),
  ].join('\n\n');
}

function columnsWith(found: ReadonlyMap<string, Found>): readonly Column<Compared>[] {
  const valueOf = (name: string): string => {
    const one = found.get(name);
    return one === undefined ? 'not measured yet' : amount(one.row.value);
  };
  return [
    { head: '', cell: ({ what }) => what },
    { head: 'original', cell: ({ original }) => original },
    { head: 'this', cell: ({ ours }) => valueOf(ours), isNumber: true },
    { head: 'unit', cell: ({ unit }) => unit },
    { head: 'not alike', cell: ({ but = '' }) => but },
  ];
}

function runText(taken: Taken): string {
  const noise = isNoisy(taken) ? ': **noisy**, to be measured again on an idle machine' : '';
  return `- ${conditionsText(taken.conditions)}${noise}`;
}
