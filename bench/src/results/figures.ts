import type { Measurement } from '../frame/measurement.js';
import type { JsonRow } from './json-rows.js';
import { isNoisy, type Part } from './part.js';
import { amount, type Column, named, NONE, percent } from './tables.js';

/** Of a table of figures. */
export const FIGURE_COLUMNS: readonly Column<JsonRow>[] = [
  { head: 'figure', cell: ({ name }) => name },
  { head: 'value', cell: ({ value }) => amount(value), isNumber: true },
  { head: 'unit', cell: ({ unit }) => unit },
  { head: 'ceiling or floor', cell: ceilingText, isNumber: true },
  { head: 'ratio', cell: ratioText, isNumber: true },
  { head: 'spread', cell: spreadText, isNumber: true },
  { head: 'target', cell: ({ target = 'none' }) => target },
  { head: 'result', cell: resultText },
];

function ceilingText({ ceiling, isFloor = false }: Measurement): string {
  return isFloor ? `floor ${amount(ceiling)}` : amount(ceiling);
}

/** A floor is exceeded, always: by how many times is what there is to say. */
function ratioText({ ratio, isFloor = false }: Measurement): string {
  return isFloor ? `${amount(ratio)} ×` : percent(ratio);
}

function spreadText({ spread }: Measurement): string {
  return spread === undefined ? NONE : `± ${percent(spread)}`;
}

function resultText({ target, ok, noisy, didNotRun }: JsonRow): string {
  const result = target === undefined ? 'measured' : ok ? 'met' : 'MISSED';
  return `${didNotRun === undefined ? '' : 'not run, before: '}${result}${noisy ? ', noisy' : ''}`;
}

/**
 * How many targets are met, in one line. A target whose bench failed the last time is neither met nor missed, and is
 * counted all the same.
 */
export function targetsText(parts: readonly (readonly [name: string, part: Part | undefined])[]): string {
  const [met, missed, notRun, unknown]: [number[], string[], number[], string[]] = [[], [], [], []];
  const failed: string[] = [];
  for (const [name, part] of parts) {
    const targets = (part?.taken?.rows ?? []).filter(({ target }) => target !== undefined);
    if (part?.taken === undefined) unknown.push(name);
    if (part?.failed === undefined) {
      met.push(targets.filter(({ ok }) => ok).length);
      missed.push(...targets.flatMap((row) => (row.ok ? [] : [row.name])));
    } else {
      notRun.push(targets.length);
      failed.push(name);
    }
  }
  const all = sum(met) + missed.length + sum(notRun);
  const counts = [
    `${sum(met)} of ${all} targets met`,
    `${missed.length} missed${inBrackets(missed)}`,
    `${sum(notRun)} not run${inBrackets(failed)}`,
    ...(unknown.length > 0 ? [`no figures yet of ${named(unknown)}`] : []),
  ].join(', ');
  const noisy = parts.flatMap(([name, part]) => (part?.taken && isNoisy(part.taken) ? [name] : []));
  return noisy.length === 0 ? counts : `${counts}; noisy: ${named(noisy)}`;
}

function inBrackets(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${named(names)})`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
