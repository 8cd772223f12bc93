import { ApiProperty, ApiQuery } from '@nestjs/swagger';
import {
  columnsOf,
  DOWNLOAD_FORMAT_IDS,
  DOWNLOAD_FORMATS,
  MADE_UP_MATCH,
  MADE_UP_MISMATCH,
  OriginalColumns,
  type OriginalRow,
  type Writer,
} from '@mts/outputs';
import { applyDecorators } from '@nestjs/common';

import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';
import { LAYOUTS, WANTED } from './selection.js';

export class SamePersonPairDto {
  @ApiProperty({ type: 'integer', minimum: 2, description: 'A record of the list, counted from 1.' })
  readonly line!: number;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'The first record that is the same person.' })
  readonly sameAsLine!: number;
}

export class SamePersonsDto {
  @ApiProperty({ type: [SamePersonPairDto], description: 'In the order of their lines.' })
  readonly pairs!: readonly SamePersonPairDto[];
}

export class DuplicateGroupDto {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The first record of the person, counted from 1.',
  })
  readonly firstLine!: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'integer', minimum: 2 },
    minItems: 1,
    description:
      'The other ones of this page; a large group goes on in the next page under the same firstLine.',
  })
  readonly otherLines!: readonly number[];
}

export class DuplicatesDto {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Records of the list that are the same person as an earlier one.',
  })
  readonly duplicates!: number;

  @ApiProperty({ type: [DuplicateGroupDto], description: 'One a person, in the order of their first lines.' })
  readonly groups!: readonly DuplicateGroupDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'For the next page; null when this is the last one.',
  })
  readonly nextCursor!: string | null;
}

export class AcknowledgementDto {
  @ApiProperty({ type: String, format: 'date-time' })
  readonly acknowledgedAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'From then on the results are erased, as soon as no delivery is under way.',
  })
  readonly eraseAt!: string;
}

const UNKNOWN: BadAnswer = 'ATS-REQ-016';
const NOT_YET: BadAnswer = 'ATS-REQ-017';

export const SAME_PERSONS: GoodAnswer = {
  description: 'Which records are the same person as an earlier one of the list. Line numbers only.',
  response: SamePersonsDto,
  examples: { pairs: { pairs: [{ line: 7, sameAsLine: 2 }] } },
};
export const SAME_PERSONS_REFUSALS: readonly BadAnswer[] = [
  UNKNOWN,
  NOT_YET,
  { code: 'ATS-REQ-102', details: { field: 'limit', problem: 'a whole number from 1 to 10000 is expected' } },
];

export const DUPLICATES: GoodAnswer = {
  description: 'Which records are the same person, person by person. Line numbers only.',
  response: DuplicatesDto,
  examples: {
    groups: {
      duplicates: 3,
      groups: [
        { firstLine: 2, otherLines: [7, 31] },
        { firstLine: 4, otherLines: [5] },
      ],
      nextCursor: null,
    },
  },
};
export const DUPLICATES_REFUSALS: readonly BadAnswer[] = [
  UNKNOWN,
  NOT_YET,
  { code: 'ATS-REQ-102', details: { field: 'cursor', problem: 'give the cursor of the page before' } },
];

export const ACKNOWLEDGED: GoodAnswer = {
  description: 'The results are the caller’s now, and go here.',
  response: AcknowledgementDto,
  examples: {
    acknowledged: {
      acknowledgedAt: '2026-11-22T01:31:02.113Z',
      eraseAt: '2026-11-22T01:31:02.113Z',
    },
  },
};
export const ACKNOWLEDGED_REFUSALS: readonly BadAnswer[] = [UNKNOWN, NOT_YET];

export const FILE_REFUSALS: readonly BadAnswer[] = [
  UNKNOWN,
  NOT_YET,
  {
    code: 'ATS-REQ-104',
    details: { problem: 'outputFormat does not come to an end in time with record 7' },
  },
  { code: 'ATS-REQ-102', details: { field: 'format', problem: 'one of json, csv, ndjson is expected' } },
  'MTS-RES-001',
  'MTS-RES-002',
];

/** As the two formats write it, and one with an outputFormat. */
export const FILE_CONTENT = {
  'text/plain': {
    schema: { type: 'string' },
    examples: {
      json: {
        value:
          '[{"vid": "5047632183961079", "status": "processed", "token": "446791815597372963729663607096163061", "errorCode": null, "errorMessage": null}]',
      },
      'with outputFormat {id: .input.vid, token: .output.token}': {
        value: '[{"id": "5047632183961079", "token": "446791815597372963729663607096163061"}]',
      },
      csv: {
        value:
          'vid,status,token,errorCode,errorMessage\r\n5047632183961079,processed,446791815597372963729663607096163061,,\r\n',
      },
    },
  },
};

const SAMPLE: readonly OriginalRow[] = [MADE_UP_MATCH, MADE_UP_MISMATCH].map((result, at) => ({
  received: JSON.stringify({ vid: result.row.vid, name: 'Aisha Khan', village: 'Mehdia' }),
  result: { ...result, line: at + 1, sameAsLine: null },
}));

/** The same with the media type of each format, as it is written. */
export const RESULTS_CONTENT = Object.fromEntries(
  DOWNLOAD_FORMATS.map(({ mediaType, open, openOriginal }) => [
    mediaType.split(';')[0] ?? mediaType,
    {
      schema: { type: 'string' },
      examples: {
        'layout=default': {
          value: written(
            open([...columnsOf(false), 'advice']),
            SAMPLE.map(({ result }) => result),
          ),
        },
        'layout=original': {
          value: written(openOriginal(OriginalColumns.of(['vid', 'name', 'village'])), SAMPLE),
        },
      },
    },
  ]),
);

function written<Row>(writer: Writer<Row>, rows: readonly Row[]): string {
  return writer.header() + writer.rows(rows) + writer.footer();
}

/** Documents what a result is selected by. */
export function SelectionQueries(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiQuery({
      name: 'format',
      required: false,
      schema: { type: 'string', enum: [...DOWNLOAD_FORMAT_IDS, 'default'] },
      description: 'Left out: that of the request. `default` is an older word for layout=default.',
    }),
    ApiQuery({
      name: 'layout',
      required: false,
      schema: { type: 'string', enum: [...LAYOUTS], default: 'requested' },
      description:
        'requested: as outputFormat makes the rows, where the request has one. default: without it. original: the columns of the list, with token, status, errorCode, errorMessage, line, sameAsLine and advice after them.',
    }),
    ApiQuery({
      name: 'only',
      required: false,
      schema: { type: 'string' },
      example: 'error,invalid',
      description: `Some of ${WANTED.join(', ')}, separated by commas: these rows alone.`,
    }),
    ApiQuery({
      name: 'fromLine',
      required: false,
      schema: { type: 'integer', minimum: 1, default: 1 },
      description: 'Rows before this record of the list are left out.',
    }),
    ApiQuery({
      name: 'bom',
      required: false,
      schema: { type: 'string', enum: ['true', 'false'], default: 'false' },
      description: 'CSV begins with a byte order mark, by which Excel knows UTF-8.',
    }),
  );
}
