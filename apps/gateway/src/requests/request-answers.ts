import { ApiProperty } from '@nestjs/swagger';
import { LISTED_STATES } from '@mts/store';

import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';
import { STATUS_WORDS } from './status.js';

export class HoldDto {
  @ApiProperty({
    enum: ['profile', 'request', 'operator'],
    description:
      'What holds it: the connection to IDA (for all requests), its own records (for this request alone), or a pause.',
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
      'When it is next found out by itself whether it is over. At once by POST /authtoken/preflight for what holds all requests, and for one about whose people IDA says nothing; by POST /authtoken/resume/{id} for MTS-REQ-012. Null for one that only a resume ends: POST /authtoken/resume/{id} what its own records brought about and MTS-REQ-011, POST /authtoken/requests/{id}/resume a pause. Null too where only seeders of an earlier version know.',
  })
  readonly nextTryAt!: string | null;
}

/** Documents what holds a request. */
export const HoldsProperty = (): PropertyDecorator =>
  ApiProperty({
    type: [HoldDto],
    description:
      'What keeps it from going on; it goes on while this is empty, unless it is cancelling. With MTS-REQ-011 and MTS-REQ-012 only a part of it waits, and the rest goes on.',
  });

/** Documents how long a request will take yet. */
export const EstimateProperty = (): PropertyDecorator =>
  ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    description:
      'From the progress so far, holds not counted; null while that says nothing, while something holds it, and while it is cancelling; 0 when it has ended.',
  });

export class StatusDto {
  @ApiProperty({
    enum: STATUS_WORDS,
    description:
      'In the words of the original: one that was cancelled, or of which no record could be asked about, is `processed_with_errors`.',
  })
  readonly status!: string;

  @ApiProperty({
    enum: LISTED_STATES,
    description: 'The same in more words, as GET /authtoken/requests has it.',
  })
  readonly state!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Records in the list.' })
  readonly total!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Records with a Token ID.' })
  readonly done!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Records that IDA refused, or about which it gave no usable answer.',
  })
  readonly failed!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Records that were refused before IDA.' })
  readonly invalid!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description:
      'Records of a request that has ended about which nobody was asked: it was cancelled, or only checked; 0 before the end.',
  })
  readonly notAsked!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description:
      'Records of a request that was cancelled about which IDA may have been asked, and no answer is known.',
  })
  readonly unknown!: number;

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
    type: Boolean,
    description:
      'It is being cancelled: nobody else is asked about, it never goes on, and it is `cancelled` when the calls under way are answered.',
  })
  readonly cancelling!: boolean;

  @HoldsProperty()
  readonly holds!: readonly HoldDto[];

  @EstimateProperty()
  readonly estimatedRemainingSeconds!: number | null;
}

const PROCESSING = {
  status: 'processing',
  state: 'processing',
  total: 500,
  done: 120,
  failed: 3,
  invalid: 7,
  notAsked: 0,
  unknown: 0,
  submittedAt: '2026-11-22T01:21:37.737Z',
  startedAt: '2026-11-22T01:21:38.012Z',
  endedAt: null,
  cancelling: false,
  holds: [],
  estimatedRemainingSeconds: 36,
};

const UNKNOWN: BadAnswer = 'ATS-REQ-016';

export const STATUS: GoodAnswer = {
  description: 'How far the request is.',
  response: StatusDto,
  examples: {
    processing: PROCESSING,
    'something holds it': {
      ...PROCESSING,
      holds: [
        {
          kind: 'profile',
          code: 'IDA-MPA-008',
          reason: 'License key of MISP has expired',
          since: '2026-11-22T01:21:51.482Z',
          nextTryAt: '2026-11-22T01:24:11.482Z',
        },
      ],
      estimatedRemainingSeconds: null,
    },
  },
};
export const STATUS_REFUSALS: readonly BadAnswer[] = [UNKNOWN];
