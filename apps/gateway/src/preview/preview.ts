import type { ResultRow } from '@mts/domain';
import {
  checkRecord,
  compileMapping,
  compileRules,
  type MappedRecord,
  type RecordCheck,
  recordsOf,
  type RecordRuleSettings,
  stringifyExact,
} from '@mts/inputs';
import {
  columnsOf,
  formatInput,
  MADE_UP_MATCH,
  MADE_UP_MISMATCH,
  type OutputFormats,
  type Result,
  resultFormat,
} from '@mts/outputs';

import type { PreviewAnswerDto, PreviewedFileDto } from './preview-answers.js';
import type { PreviewWish } from './preview-request.js';

export interface PreviewParts {
  readonly rules: RecordRuleSettings;
  readonly formats: OutputFormats;
  /** What must not lie in the future is compared with it. */
  readonly now: Date;
}

interface CheckedRecord {
  readonly line: number;
  /** JSON text, as received. */
  readonly received: string;
  readonly check: RecordCheck;
  /** The caller's own id of it. */
  readonly referenceId: MappedRecord['referenceId'];
}

/**
 * What would be sent to IDA for some records, and what their result would look like. Nothing is stored, nobody is asked.
 *
 * @throws ApiError ATS-REQ-102, ATS-REQ-103, ATS-REQ-104
 */
export async function preview(wish: PreviewWish, parts: PreviewParts): Promise<PreviewAnswerDto> {
  const { outputFormat } = wish.options;
  if (outputFormat !== undefined)
    await parts.formats.check(outputFormat, resultFormat(wish.output).shaped, 'with its place');
  const mapper = compileMapping(wish.options.mapping, wish.options);
  const rules = compileRules(parts.rules, parts.now);
  const records = Array.from(recordsOf(wish.sample), ({ line, record }) => {
    const mapped = mapper(record);
    const { referenceId } = mapped;
    return { line, received: stringifyExact(record), check: checkRecord(mapped, rules), referenceId };
  });
  return {
    records: records.map(({ line, check }) => ({
      line,
      sent: check.kind === 'valid' ? check.person : null,
      refused: check.kind === 'valid' ? null : { errorCode: check.code, errorMessage: check.message },
    })),
    whenMatched: await file(wish, records, MADE_UP_MATCH, parts.formats),
    whenNotMatched: await file(wish, records, MADE_UP_MISMATCH, parts.formats),
  };
}

/** The file that would come out if IDA said the same of every record that it can be asked about. */
async function file(
  { output, options: { outputFormat } }: PreviewWish,
  records: readonly CheckedRecord[],
  madeUp: Result,
  formats: OutputFormats,
): Promise<PreviewedFileDto> {
  const format = resultFormat(output);
  const results = records.map((record) => resultOf(record, madeUp));
  if (outputFormat === undefined) {
    const writer = format.open(columnsOf(results.some(({ referenceId }) => referenceId !== undefined)));
    return { file: writer.header() + writer.rows(results) + writer.footer(), withoutValue: [] };
  }
  const inputs = records.map(({ line, received }, at) => formatInput(line, received, results[at] ?? madeUp));
  const rows = await formats.shaping(outputFormat, format.shaped).rows(inputs);
  const writer = format.shaped.open();
  return {
    file: writer.header() + writer.rows(rows) + writer.footer(),
    withoutValue: rows.flatMap(({ line, problem }) => (problem === undefined ? [] : [{ line, problem }])),
  };
}

function resultOf({ check, referenceId }: CheckedRecord, madeUp: Result): Result {
  const reference = typeof referenceId === 'string' ? { referenceId } : {};
  if (check.kind === 'valid') {
    return { state: madeUp.state, row: { ...madeUp.row, vid: check.person.individualId }, ...reference };
  }
  const row: ResultRow = { vid: check.vid, token: null, errorCode: check.code, errorMessage: check.message };
  return { state: 'invalid', row, ...reference };
}
