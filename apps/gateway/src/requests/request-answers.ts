import { ApiProperty } from '@nestjs/swagger';

import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';

export class HoldDto {
  @ApiProperty({
    enum: ['profile', 'request'],
    description:
      'What holds it: the connection to IDA (for all requests), or its own records (for this request alone).',
  })
  readonly kind!: string;

  @ApiProperty({ type: String, example: 'IDA-MPA-009', description: 'Of IDA or of our list of errors.' })
  readonly code!: string;

  @ApiProperty({ type: String, description: 'What happened, and what ends the hold.' })
  readonly reason!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  readonly since!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When it is next found out whether it is over: by itself for all requests, or at once by POST /authtoken/preflight. Null for one that POST /authtoken/resume/{id} ends.',
  })
  readonly nextTryAt!: string | null;
}

export class StatusDto {
  @ApiProperty({ enum: ['submitted', 'processing', 'processed', 'processed_with_errors'] })
  readonly status!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Records in the list.' })
  readonly total!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Records with a Token ID.' })
  readonly done!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Records that IDA refused.' })
  readonly failed!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Records that were refused before IDA.' })
  readonly invalid!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  readonly submittedAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When IDA was first asked.',
  })
  readonly startedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly endedAt!: string | null;

  @ApiProperty({
    type: [HoldDto],
    description: 'What keeps it from going on; it goes on while this is empty.',
  })
  readonly holds!: readonly HoldDto[];

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    description: 'Estimated from the progress so far; null while that says nothing.',
  })
  readonly estimatedRemainingSeconds!: number | null;
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

const UNKNOWN: BadAnswer = 'ATS-REQ-016';
const NOT_YET: BadAnswer = 'ATS-REQ-017';

export const STATUS: GoodAnswer = {
  description: 'How far the request is.',
  response: StatusDto,
  examples: {
    processing: {
      status: 'processing',
      total: 500,
      done: 120,
      failed: 3,
      invalid: 7,
      submittedAt: '2026-11-22T01:21:37.737Z',
      startedAt: '2026-11-22T01:21:38.012Z',
      endedAt: null,
      holds: [],
      estimatedRemainingSeconds: 36,
    },
  },
};
export const STATUS_REFUSALS: readonly BadAnswer[] = [UNKNOWN];

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

export const FILE_REFUSALS: readonly BadAnswer[] = [
  UNKNOWN,
  NOT_YET,
  {
    code: 'ATS-REQ-104',
    details: { problem: 'outputFormat does not come to an end in time with record 7' },
  },
  { code: 'ATS-REQ-102', details: { field: 'format', problem: 'leave it out, or give default' } },
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
