import { ApiProperty } from '@nestjs/swagger';
import type { Person } from '@mts/domain';

import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';
import { EnvelopeErrorDto } from '../openapi/answers.js';

export class PreviewedRecordDto {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The place of the record, counted from 1.' })
  readonly line!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'What IDA would be asked: `individualId` and `demographics`. Null for a record that is refused.',
  })
  readonly sent!: Person | null;

  @ApiProperty({
    type: () => EnvelopeErrorDto,
    nullable: true,
    description: 'Why IDA would not be asked about the record.',
  })
  readonly refused!: EnvelopeErrorDto | null;
}

export class WithoutValueDto {
  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly line!: number;

  @ApiProperty({ type: String, description: 'What jq says; the row is null, or empty in a CSV file.' })
  readonly problem!: string;
}

export class PreviewedFileDto {
  @ApiProperty({ type: String, description: 'The whole file, with a made-up Token ID or error of IDA.' })
  readonly file!: string;

  @ApiProperty({ type: [WithoutValueDto], description: 'Records of which outputFormat makes nothing.' })
  readonly withoutValue!: readonly WithoutValueDto[];
}

export class PreviewAnswerDto {
  @ApiProperty({ type: [PreviewedRecordDto] })
  readonly records!: readonly PreviewedRecordDto[];

  @ApiProperty({ type: () => PreviewedFileDto, description: 'The result if IDA confirmed every record.' })
  readonly whenMatched!: PreviewedFileDto;

  @ApiProperty({ type: () => PreviewedFileDto, description: 'The result if IDA refused every record.' })
  readonly whenNotMatched!: PreviewedFileDto;
}

export const PREVIEW: GoodAnswer = {
  description: 'What would be sent, and what would come out. Nothing was stored, and IDA was not asked.',
  response: PreviewAnswerDto,
  examples: {
    preview: {
      records: [
        {
          line: 1,
          sent: {
            individualId: '5047632183961079',
            demographics: { name: [{ language: 'eng', value: 'Aisha Khan' }], dob: '1990/09/01' },
          },
          refused: null,
        },
        {
          line: 2,
          sent: null,
          refused: { errorCode: 'ATS-REQ-009', errorMessage: 'vid or its mapping not present' },
        },
      ],
      whenMatched: { file: '["000000000000000000000000000000000000",null]', withoutValue: [] },
      whenNotMatched: { file: '[null,null]', withoutValue: [] },
    },
  },
};

export const PREVIEW_REFUSALS: readonly BadAnswer[] = [
  {
    code: 'ATS-REQ-102',
    details: { field: 'request.authdata', problem: 'a list of 1 to 20 records is expected' },
  },
  { code: 'ATS-REQ-102', status: 422, details: { field: 'request', problem: 'field required' } },
  {
    code: 'ATS-REQ-103',
    details: {
      problem: 'outputFormat is not a valid jq expression (line 1, column 3: unexpected end of file)',
    },
  },
  {
    code: 'ATS-REQ-104',
    details: { problem: 'outputFormat does not come to an end in time with record 2' },
  },
  { code: 'MTS-REQ-003', details: { limit: 1_000_000, problem: 'give fewer records' } },
  'MTS-REQ-004',
  'MTS-REQ-005',
];
