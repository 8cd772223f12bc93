import { ApiError } from '@mts/domain';

import { cellsOf, isNothing, type ShapedFormat } from '../kit/format.js';
import { type Result } from '../kit/result.js';
import { compileProblem } from './compile-error.js';
import { forbiddenName } from './forbidden-names.js';
import { COMPILE_ERROR } from './jq-job.js';
import type { JqPool } from './jq-pool.js';
import type { FormatInput, ShapedRecord } from './program.js';
import { NO_LINE, Shaping, tooCostly } from './shaping.js';

/** A format is some lines; what is longer was not written by hand. */
export const PROGRAM_LENGTH_MAX = 16_384;

/** Made up, to see what a program does before anybody is asked. */
export const MADE_UP_MATCH: Result = {
  state: 'processed',
  row: {
    vid: '5047632183961079',
    token: '000000000000000000000000000000000000',
    errorCode: null,
    errorMessage: null,
  },
};
export const MADE_UP_MISMATCH: Result = {
  state: 'error',
  row: {
    vid: '5047632183961079',
    token: null,
    errorCode: 'IDA-DEA-001',
    errorMessage: 'Demographic data name in eng did not match',
  },
};
const MADE_UP_RECORD = JSON.stringify({
  vid: '5047632183961079',
  name: 'A B',
  gender: 'Female',
  dob: '1990/09/01',
  phoneNumber: '+919876500001',
  emailId: 'a@example.org',
  fullAddress: 'C',
});

/** A program reaches the record by this name alone, but for ways that nobody writes by hand. */
const READS_RECORD = /\binput\b/;

/** @param received the record's JSON text, just as it was received */
export function formatInput(line: number, received: string, result: Result): FormatInput {
  const json = `{"input":${received},"output":${JSON.stringify(cellsOf(result))}}`;
  return { line, json: json.includes(String.raw`\ud`) ? json.replace(ESCAPE, wellFormed) : json };
}

/** JSON.stringify writes halves of surrogate pairs so (ECMA-262, 25.5.2.3), and no other character; jq does not read them. */
const HALF = /^\\ud[89a-f]/;
const ESCAPE = /\\(?:u[0-9a-f]{4}|[^])/g;

function wellFormed(escape: string): string {
  return HALF.test(escape) ? String.raw`\ufffd` : escape;
}

/** How much is told of a program that does not compile. */
export type SyntaxWording = "the original's" | 'with its place';

/** Callers' own formats for result rows: jq programs over `{input, output}`. */
export class OutputFormats {
  constructor(private readonly pool: JqPool) {}

  /**
   * Whether a program can be used, found out before anybody is asked.
   *
   * @param wording `the original's`: that it is no valid program, in the original's words; `with its place`: and where
   * @throws ApiError ATS-REQ-103 for what is no program or uses a name that is not allowed; ATS-REQ-104 for what cannot
   * work: a program that never ends, or that makes no rows of the format whether IDA confirms a person or refuses it
   */
  async check(program: string, format: ShapedFormat, wording: SyntaxWording): Promise<void> {
    if (program.length > PROGRAM_LENGTH_MAX) {
      throw invalid(`is longer than ${String(PROGRAM_LENGTH_MAX)} characters`);
    }
    const forbidden = forbiddenName(program);
    if (forbidden !== undefined) throw invalid(`must not use ${forbidden.name}: ${forbidden.advice}`);
    await this.compile(program, wording);
    await this.tryOut(program, format);
  }

  /** @param program one that was checked */
  shaping(program: string, format: ShapedFormat): Shaping {
    return new Shaping(this.pool, program, format);
  }

  /** By itself, so that it cannot reach out of the program that it is put into, and positions are right. */
  private async compile(program: string, wording: SyntaxWording): Promise<void> {
    const outcome = await this.pool.run({ program, input: '' });
    if (outcome.kind !== 'done') throw tooCostly(outcome.kind);
    if (outcome.exitCode !== COMPILE_ERROR) return;
    const place = wording === 'with its place' ? ` (${compileProblem(outcome.stderr)})` : '';
    throw invalid(`is not a valid jq expression${place}`);
  }

  private async tryOut(program: string, format: ShapedFormat): Promise<void> {
    const shaping = this.shaping(program, format);
    const rows: ShapedRecord[] = [];
    for (const result of [MADE_UP_MATCH, MADE_UP_MISMATCH]) {
      rows.push(...(await shaping.rows([formatInput(NO_LINE, MADE_UP_RECORD, result)])));
    }
    const values = rows.map(({ json }) => json);
    // The made-up record may lack what a program looks for in real ones; without looking, it never finds more.
    if (values.every(isNothing) && READS_RECORD.test(program)) return;
    const problem = format.problemOf(values);
    if (problem !== undefined) throw new ApiError('ATS-REQ-104', { problem });
  }
}

function invalid(what: string): ApiError {
  return new ApiError('ATS-REQ-103', { problem: `outputFormat ${what}` });
}
