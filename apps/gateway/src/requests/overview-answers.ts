import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiQuery } from '@nestjs/swagger';
import { DELIVERY_STATES } from '@mts/domain';
import { LISTED_STATES } from '@mts/store';

import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';
import { LISTED_INPUTS } from './list-query.js';
import { EstimateProperty, type HoldDto, HoldsProperty } from './request-answers.js';
import { STATUS_WORDS } from './status.js';

const count = (description: string): PropertyDecorator =>
  ApiProperty({ type: 'integer', minimum: 0, description });
const momentOrNull = (description: string): PropertyDecorator =>
  ApiProperty({ type: String, format: 'date-time', nullable: true, description });
const textOrNull = (description: string): PropertyDecorator =>
  ApiProperty({ type: String, nullable: true, description });

/** Work that is tried again when it fails. */
class TriedDto {
  @momentOrNull('When it is tried again.')
  readonly nextTryAt!: string | null;

  @textOrNull('Why the last try failed.')
  readonly code!: string | null;

  @textOrNull('The same, for people.')
  readonly reason!: string | null;

  @momentOrNull('When it was over, in either way.')
  readonly endedAt!: string | null;
}

/** How a delivery stands; holds nothing of where it goes. */
export class DeliveryDto extends TriedDto {
  @ApiProperty({ type: String, example: 'callback' })
  readonly kind!: string;

  @ApiProperty({
    enum: DELIVERY_STATES,
    description: '`pending` until the request has ended. `withheld`: it was cancelled.',
  })
  readonly state!: string;

  @count('Records that the receiver has taken.')
  readonly delivered!: number;

  @count('Records that the receiver has refused.')
  readonly refused!: number;

  @count('Tries since something was last delivered.')
  readonly attempts!: number;
}

class PullDto extends TriedDto {
  @ApiProperty({ enum: ['waiting', 'pulling', 'pulled', 'failed'] })
  readonly state!: string;

  @count('Records that were fetched.')
  readonly received!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Records of the source that were left out, by why.',
    example: { encrypted: 2 },
  })
  readonly skipped!: Record<string, number>;

  @count('Tries so far.')
  readonly attempts!: number;
}

export class OverviewDto {
  @ApiProperty({ type: String, format: 'uuid', description: 'The request identifier.' })
  readonly id!: string;

  @ApiProperty({
    type: String,
    example: 'api-key:registry',
    description:
      'Who handed it in: `api-key:` and the name of the key, `network:` and the name of the network, `oidc:` and a hash of the account; `default` where callers are not told apart.',
  })
  readonly owner!: string;

  @ApiProperty({
    enum: LISTED_STATES,
    description:
      '`pulling`: it is fetched from its source. `submitted`: IDA was not asked yet. `submitted_with_errors`: no record of it could be asked about, or it could not be fetched.',
  })
  readonly state!: string;

  @ApiProperty({
    enum: STATUS_WORDS,
    description:
      'The same in the words of the original, as GET /authtoken/status/{id} says it: one that was cancelled, or of which no record could be asked about, is `processed_with_errors`.',
  })
  readonly status!: string;

  @ApiProperty({ enum: LISTED_INPUTS })
  readonly input!: string;

  @ApiProperty({ type: String, example: 'csv', description: 'The format of the result.' })
  readonly output!: string;

  @ApiProperty({
    type: Boolean,
    description: 'It is no list but one person, whose caller waited for the answer.',
  })
  readonly awaited!: boolean;

  @ApiProperty({ type: Boolean, description: 'It was only checked; IDA is asked about nobody.' })
  readonly validateOnly!: boolean;

  @count('Records in the list; 0 while it is fetched.')
  readonly total!: number;

  @count('Records with a Token ID.')
  readonly done!: number;

  @count('Records that IDA refused, or about which it gave no usable answer.')
  readonly failed!: number;

  @count('Records that were refused before IDA.')
  readonly invalid!: number;

  @count(
    'Records of a request that has ended about which nobody was asked: it was cancelled, or only checked; 0 before the end.',
  )
  readonly notAsked!: number;

  @count(
    'Records of a request that was cancelled about which IDA may have been asked, and no answer is known.',
  )
  readonly unknown!: number;

  @count('Records that are the same person as an earlier one; known when the request has ended.')
  readonly duplicates!: number;

  @ApiProperty({ type: Boolean, description: 'The records are still kept, so that they can be asked again.' })
  readonly recordsKept!: boolean;

  @ApiProperty({
    type: Boolean,
    description:
      'It is being cancelled: nobody else is asked about, it never goes on, and it is `cancelled` when the calls under way are answered.',
  })
  readonly cancelling!: boolean;

  @HoldsProperty()
  readonly holds!: readonly HoldDto[];

  @ApiProperty({ type: String, format: 'date-time' })
  readonly submittedAt!: string;

  @momentOrNull('When IDA was first asked.')
  readonly startedAt!: string | null;

  @momentOrNull('When it ended.')
  readonly endedAt!: string | null;

  @momentOrNull('When it was asked to be cancelled; it has ended once the records in flight are answered.')
  readonly cancelAskedAt!: string | null;

  @momentOrNull('When the result was last downloaded as a whole.')
  readonly downloadedAt!: string | null;

  @momentOrNull('When the caller said that it has the results.')
  readonly acknowledgedAt!: string | null;

  @momentOrNull(
    'When the results are erased; null while it works. A download or an acknowledgement brings it forward, unless a delivery is under way.',
  )
  readonly expiresAt!: string | null;

  @EstimateProperty()
  readonly estimatedRemainingSeconds!: number | null;

  @ApiProperty({ type: () => DeliveryDto, nullable: true, description: 'Null when nothing is delivered.' })
  readonly delivery!: DeliveryDto | null;

  @ApiProperty({ type: () => PullDto, nullable: true, description: 'Null when the list was handed in.' })
  readonly pull!: PullDto | null;
}

class ErrorSummaryDto {
  @ApiProperty({ type: String, example: 'IDA-MLC-018' })
  readonly code!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly count!: number;

  @ApiProperty({
    type: Boolean,
    description:
      'Whether POST /authtoken/requests/{id}/retry would ask about these records again now: not while the request works, and not once its records are gone (recordsKept).',
  })
  readonly mayBeAskedAgain!: boolean;
}

export class DetailsDto extends OverviewDto {
  @ApiProperty({ type: [ErrorSummaryDto], description: 'How many records have which error.' })
  readonly errors!: readonly ErrorSummaryDto[];

  @textOrNull("The caller's own id of the request; null for anybody else.")
  readonly correlationId!: string | null;
}

export class ListDto {
  @ApiProperty({ type: [OverviewDto] })
  readonly requests!: readonly OverviewDto[];

  @textOrNull('To be given as `cursor` for the next page; null on the last one.')
  readonly nextCursor!: string | null;
}

const OVERVIEW = {
  id: '00c1ed88-a7ff-49db-a546-862cc8ebe111',
  owner: 'api-key:registry',
  state: 'processing',
  status: 'processing',
  input: 'csv',
  output: 'csv',
  awaited: false,
  validateOnly: false,
  total: 500,
  done: 120,
  failed: 3,
  invalid: 7,
  notAsked: 0,
  unknown: 0,
  duplicates: 0,
  recordsKept: true,
  holds: [],
  submittedAt: '2026-11-22T01:21:37.737Z',
  startedAt: '2026-11-22T01:21:38.012Z',
  endedAt: null,
  cancelAskedAt: null,
  cancelling: false,
  downloadedAt: null,
  acknowledgedAt: null,
  expiresAt: null,
  estimatedRemainingSeconds: 36,
  delivery: null,
  pull: null,
};

export const LIST: GoodAnswer = {
  description: 'One page of requests, the latest first. What is handed in meanwhile changes no later page.',
  response: ListDto,
  examples: {
    page: {
      requests: [OVERVIEW],
      nextCursor: 'MTc2Mzc3NDQ5NzczNzAwMCAwMGMxZWQ4OC1hN2ZmLTQ5ZGItYTU0Ni04NjJjYzhlYmUxMTE',
    },
  },
};
export const LIST_REFUSALS: readonly BadAnswer[] = [
  { code: 'ATS-REQ-102', details: { field: 'limit', problem: 'a whole number from 1 to 200 is expected' } },
];

export const DETAILS: GoodAnswer = {
  description: 'How the request stands.',
  response: DetailsDto,
  examples: {
    processing: {
      ...OVERVIEW,
      errors: [{ code: 'IDA-MLC-018', count: 3, mayBeAskedAgain: false }],
      correlationId: 'intake-2026-11',
    },
  },
};
export const DETAILS_REFUSALS: readonly BadAnswer[] = ['ATS-REQ-016'];

const query = (name: string, description: string, schema: object): MethodDecorator =>
  ApiQuery({ name, required: false, description, schema });

/** Documents the query of the list. */
export function ListQueries(): MethodDecorator {
  const moment = {
    oneOf: [
      { type: 'string', format: 'date-time' },
      { type: 'string', format: 'date' },
    ],
  };
  return applyDecorators(
    ApiQuery({
      name: 'state',
      required: false,
      description: 'Only requests in one of these states, separated by commas.',
      style: 'form',
      explode: false,
      schema: { type: 'array', items: { type: 'string', enum: LISTED_STATES } },
    }),
    query('input', 'Only lists that came in this way.', { type: 'string', enum: LISTED_INPUTS }),
    query('from', 'Only requests handed in at this moment or later.', moment),
    query('to', 'Only requests handed in before this moment.', moment),
    query('owner', 'For `operate`: only the requests of this caller.', {
      type: 'string',
      example: 'api-key:registry',
    }),
    query('limit', 'Requests on one page.', { type: 'integer', minimum: 1, maximum: 200, default: 50 }),
    query('cursor', 'nextCursor of the page before.', { type: 'string' }),
  );
}
