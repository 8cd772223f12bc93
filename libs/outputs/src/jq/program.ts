import { ApiError } from '@mts/domain';

import type { ShapedRow } from '../kit/format.js';

/** A record and its outcome as a program sees them: the JSON text of `{"input": …, "output": …}`. */
export interface FormatInput {
  readonly line: number;
  readonly json: string;
}

/** A row with, for whoever tries a program out, why it has no value. */
export interface ShapedRecord extends ShapedRow {
  readonly problem: string | undefined;
}

/**
 * What must not be reached even if it were to slip through the check of names: `input` would take the next person's
 * record, `halt` would end a batch. The definitions hide jq's own.
 */
const DISABLED = [
  'input',
  'inputs',
  'input_filename',
  'input_line_number',
  'halt',
  'halt_error',
  'halt_error(f)',
  'debug',
  'debug(f)',
  'stderr',
  'env',
  'modulemeta',
  'get_search_list',
]
  .map((name) => `def ${name}: error("disabled");`)
  .join(' ');
const HIDDEN = ['ENV', 'JQ_BUILD_CONFIGURATION'].map((name) => `null as $${name} |`).join(' ');

/** jq's own texts are short; what a program throws by itself may be anything. */
const PROBLEM_LENGTH_MAX = 300;

/**
 * A program that takes `[line, {input, output}]` and gives `[line, [value]]`, with the first value alone; `[line, []]`
 * where there is none; `[line, "why"]` where the caller's program fails. So every row can be told from every other,
 * whatever else happens. The blank line ends a comment at the program's end, even one that a backslash continues.
 */
export function recordProgram(program: string, projection: string): string {
  return (
    `${DISABLED} ${HIDDEN} .[0] as $__record | .[1] | ` +
    `[$__record, (try [first((${program}\n\n) | (${projection}))] ` +
    `catch (if type == "string" then . else tojson end | .[:${String(PROBLEM_LENGTH_MAX)}]))]`
  );
}

export function programInput(inputs: readonly FormatInput[]): string {
  return inputs.map(({ line, json }) => `[${String(line)},${json}]`).join('\n');
}

/** Only a line feed ends a line of jq's: U+2028 and U+2029 stand in a text as they are. */
const OUTPUT_LINE = /^\[(?<line>\d+),(?<rest>.*)\]$/s;

/** The rows of all inputs, in their order. @throws ApiError ATS-REQ-104 when one is missing */
export function readOutput(inputs: readonly FormatInput[], stdout: string): ShapedRecord[] {
  const found = new Map<number, string>();
  for (const text of stdout.split('\n')) {
    const groups = OUTPUT_LINE.exec(text)?.groups;
    if (groups !== undefined) found.set(Number(groups['line']), groups['rest'] ?? '');
  }
  return inputs.map(({ line }) => shapedRecord(line, found.get(line)));
}

function shapedRecord(line: number, rest: string | undefined): ShapedRecord {
  if (rest === undefined) {
    const problem = `outputFormat cannot be carried out with record ${String(line)}`;
    throw new ApiError('ATS-REQ-104', { problem });
  }
  if (rest.startsWith('"')) return { line, json: null, problem: JSON.parse(rest) as string };
  if (rest === '[]') return { line, json: null, problem: 'there is no value (empty)' };
  return { line, json: rest.slice(1, -1), problem: undefined };
}
