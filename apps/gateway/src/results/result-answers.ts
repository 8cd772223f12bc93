import {
  ApiExtraModels,
  ApiHeader,
  ApiProperty,
  ApiPropertyOptional,
  ApiQuery,
  ApiResponse,
  type ApiResponseNoStatusOptions,
  getSchemaPath,
} from '@nestjs/swagger';
import {
  columnsOf,
  DOWNLOAD_FORMAT_IDS,
  DOWNLOAD_FORMATS,
  MADE_UP_MATCH,
  MADE_UP_MISMATCH,
  OriginalColumns,
  type OriginalRow,
  type ResultState,
  type Writer,
} from '@mts/outputs';
import { applyDecorators } from '@nestjs/common';

import { type BadAnswer, FileAnswer, type GoodAnswer, type HeaderDocument } from '../openapi/answers.js';
import { LAYOUTS, WANTED } from './selection.js';

/** A row as the default layout has it. */
export class ResultRowDto {
  @ApiProperty({ type: String, nullable: true, description: 'The UIN or VID of the record.' })
  readonly vid!: string | null;

  @ApiProperty({ enum: ['processed', 'error', 'invalid', 'valid'] satisfies readonly ResultState[] })
  readonly status!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The Token ID.' })
  readonly token!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly errorCode!: string | null;

  @ApiProperty({ type: String, nullable: true, description: "IDA's words, verbatim, or ours." })
  readonly errorMessage!: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: "The caller's own id of the record; in all rows, where a record has one.",
  })
  readonly referenceId?: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What to do about the error.' })
  readonly advice!: string | null;
}

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
    nullable: true,
    description:
      'From then on the results are erased. Null while a delivery is under way: they go when that has ended.',
  })
  readonly eraseAt!: string | null;
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

const FILE_REFUSALS: readonly BadAnswer[] = [
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

/** What clients parse for themselves: the rows of a layout other than the default one are the caller's own. */
const JSON_ROWS = {
  type: 'array',
  items: {
    anyOf: [
      { $ref: getSchemaPath(ResultRowDto) },
      {
        description:
          'With layout=original: the fields of the record as it was received, and what became of it. With an outputFormat: whatever that gives.',
      },
    ],
  },
};

/** The same with the media type of each format, as it is written. */
export const RESULTS_CONTENT = Object.fromEntries(
  DOWNLOAD_FORMATS.map(({ id, mediaType, open, openOriginal }) => {
    const valueOf = (text: string): unknown => (id === 'json' ? JSON.parse(text) : text);
    const results = SAMPLE.map(({ result }) => result);
    return [
      mediaType.split(';')[0] ?? mediaType,
      {
        schema: id === 'json' ? JSON_ROWS : { type: 'string' },
        examples: {
          'layout=default': { value: valueOf(written(open([...columnsOf(false), 'advice']), results)) },
          'layout=original': {
            value: valueOf(written(openOriginal(OriginalColumns.of(['vid', 'name', 'village'])), SAMPLE)),
          },
        },
      },
    ];
  }),
);

const ENTITY_TAG: Readonly<Record<string, HeaderDocument>> = {
  ETag: {
    description: 'Of these rows in this format, layout and coding; for If-None-Match.',
    schema: { type: 'string' },
  },
};

const RESULT_HEADERS: Readonly<Record<string, HeaderDocument>> = {
  ...ENTITY_TAG,
  'Last-Modified': { description: 'When the request ended.', schema: { type: 'string' } },
  'Correlation-Id': {
    description: "The caller's own id of the request, where it has one.",
    schema: { type: 'string' },
  },
};

/** Of the address that gives the file a name. */
export const ATTACHMENT: Readonly<Record<string, HeaderDocument>> = {
  'Content-Disposition': { description: 'The name of the file.', schema: { type: 'string' } },
};

/** Documents a route that answers with a result. */
export function ResultAnswer(
  content: NonNullable<ApiResponseNoStatusOptions['content']>,
  headers: Readonly<Record<string, HeaderDocument>> = {},
): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(ResultRowDto),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'The ETag of a result that the caller has.',
    }),
    FileAnswer(
      {
        description: 'One row per record, in the order of the list.',
        headers: { ...RESULT_HEADERS, ...headers },
        content,
      },
      FILE_REFUSALS,
    ),
    ApiResponse({ status: 304, description: 'The caller has it already.', headers: ENTITY_TAG }),
  );
}

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
      schema: { type: 'array', items: { type: 'string', enum: [...WANTED] } },
      explode: false,
      example: ['error', 'invalid'],
      description: 'These rows alone, separated by commas; all where it is empty.',
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
      description:
        'CSV begins with a byte order mark, by which Excel knows UTF-8. The other formats never do (RFC 8259 section 8.1).',
    }),
  );
}
