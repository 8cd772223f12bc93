import { ApiProperty, type ApiBodyOptions, getSchemaPath } from '@nestjs/swagger';

import { CALLBACK_REFUSALS } from '../callback/delivery-answers.js';
import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';
import { CsvListDto } from './list-request.js';

export class TakenListDto {
  @ApiProperty({ type: String, format: 'uuid', description: 'What status and result are asked for with.' })
  readonly request_identifier!: string;
}

export const TAKEN: GoodAnswer = {
  description:
    'The list was taken in. With ATS-REQ-101 none of its records can be asked about; the result file says why.',
  response: TakenListDto,
  examples: { taken: { request_identifier: '00c1ed88-a7ff-49db-a546-862cc8ebe111' } },
  notes: ['ATS-REQ-101'],
};

/** Why a list is not taken in; nothing of it is kept then. */
const REFUSALS: readonly BadAnswer[] = [
  { code: 'ATS-REQ-102', details: { problem: 'output type is not supported' } },
  { code: 'ATS-REQ-102', status: 422, details: { field: 'version', problem: 'field required' } },
  {
    code: 'ATS-REQ-103',
    details: {
      problem: 'outputFormat is not a valid jq expression',
    },
  },
  {
    code: 'ATS-REQ-104',
    details: {
      problem:
        'for csv output, outputFormat has to give an object or a list for each record; put a single value into an object, such as {token: .output.token}',
    },
  },
  ...CALLBACK_REFUSALS,
  'MTS-REQ-005',
  'MTS-REQ-004',
  'MTS-REQ-006',
];

export const LIST_REFUSALS: readonly BadAnswer[] = [
  ...REFUSALS,
  { code: 'MTS-REQ-003', details: { limit: 20_000_000 } },
];

export const CSV_REFUSALS: readonly BadAnswer[] = [
  ...REFUSALS,
  { code: 'MTS-REQ-003', details: { limit: 10_000_000_000, problem: 'split the list' } },
  { code: 'MTS-CSV-001', details: { fileLine: 3, problem: 'the quote that opens here is never closed' } },
];

/** OpenAPI 3.1: a field that holds JSON as text, and a file. */
export const CSV_FORM: ApiBodyOptions = {
  required: true,
  schema: {
    type: 'object',
    required: ['request', 'csv_file'],
    properties: {
      request: {
        type: 'string',
        // With its media type named, pages that try routes out ask for a file where the text is to be written.
        contentSchema: { $ref: getSchemaPath(CsvListDto) },
        description: 'JSON text, written here or sent as a file. Must come before `csv_file`.',
        example: JSON.stringify({
          id: 'mosip.token.seeder',
          version: '1.0',
          metadata: '',
          requesttime: '2026-11-22T01:21:37.737Z',
          request: { output: 'csv', deliverytype: 'download' },
        }),
      },
      csv_file: {
        type: 'string',
        contentMediaType: 'application/octet-stream',
        format: 'binary',
        description: 'UTF-8, or UTF-16 with a byte order mark; the first line names the columns.',
      },
    },
  } as NonNullable<Extract<ApiBodyOptions, { schema: unknown }>['schema']>,
};
