import { type ApiBodyOptions, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';

import { PERSON_HAS_TOO_MUCH, PERSON_TOO_LARGE } from '../ingest/handed-over.js';
import { TAKEN, TakenListDto } from '../lists/list-answers.js';
import { JsonListDto } from '../lists/list-request.js';
import type { BadAnswer, GoodAnswer, HeaderDocument } from '../openapi/answers.js';
import { AwaitedDto } from './awaited-request.js';
import { goesOn } from './sync-answer.js';

export class SyncResponseDto {
  @ApiProperty({ type: Boolean, description: 'Whether IDA has confirmed the person.' })
  readonly authStatus!: boolean;

  @ApiPropertyOptional({ type: String, description: 'The Token ID, of a person who was confirmed.' })
  readonly authToken?: string;
}

/** Of /authtoken/json, which takes both. */
export const LIST_OR_PERSON: ApiBodyOptions = {
  required: true,
  schema: { anyOf: [{ $ref: getSchemaPath(JsonListDto) }, { $ref: getSchemaPath(AwaitedDto) }] },
};

const HEADERS: Readonly<Record<string, HeaderDocument>> = {
  'Request-Identifier': {
    description: 'Of one person: the identifier under which the request is kept.',
    schema: { type: 'string', format: 'uuid' },
  },
  'Correlation-Id': {
    description: "Of one person: the caller's own id of the request, where it gave one.",
    schema: { type: 'string' },
  },
};

export const TAKEN_OR_ANSWERED: GoodAnswer = {
  ...TAKEN,
  description: `${TAKEN.description} Of one person: what IDA said; with authStatus false its errors say why.`,
  otherResponse: SyncResponseDto,
  headers: HEADERS,
  examples: {
    ...TAKEN.examples,
    confirmed: { authStatus: true, authToken: '446791815597372963729663607096163061' },
  },
  refusals: {
    refused: [
      { authStatus: false },
      {
        errorCode: 'IDA-DEA-001',
        errorMessage: 'Demographic data name in eng did not match. Please re-enter your name in eng',
      },
    ],
  },
};

const EXAMPLE_ID = '00c1ed88-a7ff-49db-a546-862cc8ebe111';
const { response, errors } = goesOn(EXAMPLE_ID).body;

export const GOES_ON: GoodAnswer = {
  status: 202,
  description:
    'Of one person: IDA has not answered within MTS_SYNC_WAIT_SECONDS_MAX; the work goes on, and its result can be fetched.',
  response: TakenListDto,
  headers: HEADERS,
  examples: {},
  refusals: { 'goes on': [response, ...(errors ?? [])] },
};

export const SYNC_REFUSALS: readonly BadAnswer[] = [
  'ATS-REQ-009',
  { code: 'ATS-REQ-102', details: PERSON_HAS_TOO_MUCH },
  { code: 'MTS-REQ-003', details: PERSON_TOO_LARGE },
  { code: 'MTS-IDA-001', status: 503, details: {} },
  { code: 'MTS-IDA-003', status: 503, details: {} },
  {
    code: 'MTS-LIMIT-001',
    details: { problem: 'too many calls of this caller wait for an answer at the same time (64)' },
  },
  {
    code: 'MTS-SYNC-002',
    details: { problem: 'IDA cannot be reached (MTS-IDA-101).', retryAfterSeconds: 30 },
  },
  { code: 'MTS-SYS-003', details: { retryAfterSeconds: 30 } },
];
