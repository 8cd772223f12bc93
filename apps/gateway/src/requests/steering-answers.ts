import { errorText } from '@mts/domain';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';
import { type HoldDto, HoldsProperty } from './request-answers.js';

export class CancelledDto {
  @ApiProperty({
    enum: [
      'cancelled',
      'cancelling',
      'processed',
      'processed_with_errors',
      'submitted_with_errors',
      'archived',
    ],
    description:
      '`cancelling`: nobody else is asked about, and it is `cancelled` when the calls under way are answered, whatever they bring. `processed`, `processed_with_errors` and `submitted_with_errors`: it had ended so before, and its delivery is stopped. `archived`: it was erased meanwhile.',
  })
  readonly state!: string;

  @ApiPropertyOptional({
    enum: ['withheld'],
    description:
      'Of a request that had ended before: nothing more of it is sent until POST /authtoken/requests/{id}/redeliver.',
  })
  readonly delivery?: string;
}

class HoldsDto {
  @HoldsProperty()
  readonly holds!: readonly HoldDto[];
}

export class RetryDto {
  @ApiPropertyOptional({
    type: [String],
    minItems: 1,
    description:
      'The errors whose records are asked again; without it, as in {} or no body, all that may be. GET /authtoken/requests/{id} says which ones may.',
    example: ['MTS-IDA-001'],
  })
  readonly codes?: readonly string[];
}

class RetriedDto {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Records that are asked again, once each.' })
  readonly askedAgain!: number;
}

class ErasedDto {
  @ApiProperty({ type: Boolean, description: 'False when somebody else has just done it.' })
  readonly erased!: boolean;
}

export const CANCELLED: GoodAnswer = {
  description:
    'The request is cancelled, or is being cancelled, however often that is said; of one that had ended before, the delivery is stopped. The result of one that is cancelled can be read: records that were not asked about carry MTS-IDA-002, those of unknown outcome MTS-IDA-005.',
  response: CancelledDto,
  examples: {
    cancelled: { state: 'cancelled' },
    'calls are in flight': { state: 'cancelling' },
    'its delivery is stopped': { state: 'processed', delivery: 'withheld' },
  },
};

export const PAUSED: GoodAnswer = {
  description: 'The request rests, however often that is said. What IDA has been asked is finished.',
  response: HoldsDto,
  examples: {
    paused: {
      holds: [
        {
          kind: 'operator',
          code: 'MTS-REQ-007',
          reason: errorText('MTS-REQ-007', { requestId: '00aaaaaa-1111-4222-8333-444444444444' }),
          since: '2026-11-22T01:21:37.737Z',
          nextTryAt: null,
        },
      ],
    },
  },
};

export const RESUMED: GoodAnswer = {
  description: 'That hold is lifted, or was not there.',
  response: HoldsDto,
  examples: { 'goes on': { holds: [] } },
};

export const RETRIED: GoodAnswer = {
  description: 'The request works again.',
  response: RetriedDto,
  examples: { some: { askedAgain: 12 } },
};

export const ERASED: GoodAnswer = {
  description: 'Nothing of the request can be opened any more.',
  response: ErasedDto,
  examples: { erased: { erased: true } },
};

const UNKNOWN: BadAnswer = 'ATS-REQ-016';

export const CANCEL_REFUSALS: readonly BadAnswer[] = [UNKNOWN, 'MTS-REQ-008'];
export const PAUSE_REFUSALS: readonly BadAnswer[] = [UNKNOWN, 'MTS-REQ-008', 'MTS-REQ-013'];
export const RESUME_REFUSALS: readonly BadAnswer[] = [
  ...PAUSE_REFUSALS,
  { code: 'ATS-REQ-102', details: { field: 'hold', problem: 'one of operator, request is expected' } },
];
export const RETRY_REFUSALS: readonly BadAnswer[] = [
  UNKNOWN,
  {
    code: 'ATS-REQ-102',
    details: {
      field: 'codes',
      problem: 'never asked again: IDA-MLC-018; hand such records in anew if they are still wanted',
    },
  },
  { code: 'ATS-REQ-102', status: 422, details: { problem: 'Invalid JSON' } },
  { code: 'MTS-REQ-003', details: { limit: 65_536 } },
  'MTS-REQ-004',
  'MTS-REQ-005',
  {
    code: 'MTS-REQ-009',
    details: { problem: 'the request still works; its records can be asked again once it has ended' },
  },
];
export const ERASED_REFUSALS: readonly BadAnswer[] = [UNKNOWN];
