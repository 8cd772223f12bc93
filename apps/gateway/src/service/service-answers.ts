import { AUTH_FIELDS } from '@mts/domain';
import { CALLER_MODES } from '@mts/platform';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';

import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';
import { IdaCallsDto } from './ida-calls.js';
import { HOLD_OUTLASTS_PREFLIGHT } from './preflight-desk.js';
import { SeederNameDto } from './seeder-name.js';

export class AuthFieldsDto {
  @ApiProperty({ type: [String], enum: AUTH_FIELDS, description: 'What a mapping can name.' })
  readonly authfields!: readonly string[];
}

export const AUTH_FIELDS_ANSWER: GoodAnswer = {
  description: 'The fields that a mapping can name.',
  response: AuthFieldsDto,
  examples: { all: { authfields: AUTH_FIELDS } },
};

export class UpDto {
  @ApiProperty({ enum: ['up'] })
  readonly status!: string;
}

export const UP: GoodAnswer = {
  description: 'It is.',
  response: UpDto,
  examples: { up: { status: 'up' } },
};

export class PreflightDto {
  @ApiProperty({ type: Boolean, description: 'Whether IDA would answer for real people.' })
  readonly ok!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Of IDA or of our list of errors.' })
  readonly code!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What is wrong.' })
  readonly reason!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description:
      'When it was begun: it tells nothing of what was mended later. Where IDA hangs, it has ended some seconds after that.',
  })
  readonly checkedAt!: string;
}

export class IdaHoldDto {
  @ApiProperty({ type: String })
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
      'When it is next found out whether it is over; the moment of the answer where that is due already. Where all seeders hold themselves, when the first of them does. Null where only seeders of an earlier version know.',
  })
  readonly nextTryAt!: string | null;
}

export class HeldSeederDto extends IntersectionType(SeederNameDto, IdaHoldDto) {}

export class PreflightAnswerDto extends PreflightDto {
  @ApiProperty({
    type: IdaHoldDto,
    nullable: true,
    description:
      'What still holds all requests up, some seconds after a preflight that succeeded. After an outage that is over only once a record is answered.',
  })
  readonly idaHold!: IdaHoldDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What ends that hold, where the preflight has succeeded and it stands yet; else null.',
  })
  readonly next!: string | null;
}

export const PREFLIGHT: GoodAnswer = {
  description:
    'What came of it, begun after the call. One that succeeds ends a hold that waits for a preflight. Where a hold waits for an answer about a real record, it has one waiting record asked at once, and that ends the hold when it is answered.',
  response: PreflightAnswerDto,
  examples: {
    well: {
      ok: true,
      code: null,
      reason: null,
      checkedAt: '2026-11-22T01:21:37.737Z',
      idaHold: null,
      next: null,
    },
    'well, and a waiting record is asked now': {
      ok: true,
      code: null,
      reason: null,
      checkedAt: '2026-11-22T01:21:37.737Z',
      idaHold: {
        code: 'MTS-IDA-102',
        reason:
          'IDA did not answer in time (ida.example.org: no answer). Lists go on by themselves when IDA answers.',
        since: '2026-11-22T01:02:11.482Z',
        nextTryAt: '2026-11-22T01:21:37.912Z',
      },
      next: HOLD_OUTLASTS_PREFLIGHT,
    },
    wrong: {
      ok: false,
      code: 'IDA-MPA-008',
      reason: 'License key of MISP has expired',
      checkedAt: '2026-11-22T01:21:37.737Z',
      idaHold: {
        code: 'IDA-MPA-008',
        reason: 'License key of MISP has expired',
        since: '2026-11-22T01:02:11.482Z',
        nextTryAt: '2026-11-22T01:24:11.482Z',
      },
      next: null,
    },
  },
};
export const PREFLIGHT_REFUSALS: readonly BadAnswer[] = ['MTS-SYS-004', 'MTS-SYS-003'];

export class CallerReportDto {
  @ApiProperty({ type: [String], enum: CALLER_MODES, description: 'How callers prove who they are.' })
  readonly modes!: readonly string[];

  @ApiProperty({ type: String, nullable: true, description: 'What is dangerous about that.' })
  readonly warning!: string | null;
}

export class HealthDto extends UpDto {
  @ApiProperty({
    enum: ['up', 'full'],
    description: '`full`: it can be read, but lists are refused for lack of room.',
  })
  readonly database!: string;

  @ApiProperty({ enum: ['up'] })
  readonly queue!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Seeders that were heard of in the last three seconds.',
  })
  readonly seedersAlive!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When a scheduler last did its rounds, which are due every three seconds; null: none ever was. Long ago: none runs, so that nobody takes up what a killed seeder has left, pulls and deliveries are not tried again, and nothing expires.',
  })
  readonly schedulerSeenAt!: string | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description:
      'Requests that wait because something holds them: what holds all (idaHold), their own records, or a pause. `holds` of each says which.',
  })
  readonly requestsHeld!: number;

  @ApiProperty({
    type: PreflightDto,
    nullable: true,
    description:
      'The last proof of the set-up with IDA, as a seeder stored it; null when there was none yet.',
  })
  readonly idaPreflight!: PreflightDto | null;

  @ApiProperty({ type: IdaHoldDto, nullable: true, description: 'What holds all requests up, if anything.' })
  readonly idaHold!: IdaHoldDto | null;

  @ApiProperty({
    type: [HeldSeederDto],
    description:
      'Seeders that ask nobody for a reason of their own, such as a wrong clock, licence key or route to IDA, while others go on. When all of them do, that is idaHold.',
  })
  readonly heldSeeders!: readonly HeldSeederDto[];

  @ApiProperty({ type: IdaCallsDto, description: 'How fast IDA is asked.' })
  readonly idaCalls!: IdaCallsDto;

  @ApiProperty({ type: CallerReportDto })
  readonly callers!: CallerReportDto;
}

export const HEALTH: GoodAnswer = {
  description: 'How the service is.',
  response: HealthDto,
  examples: {
    'well, but for one seeder': {
      status: 'up',
      database: 'up',
      queue: 'up',
      seedersAlive: 2,
      schedulerSeenAt: '2026-11-22T01:25:00.000Z',
      requestsHeld: 0,
      idaPreflight: { ok: true, code: null, reason: null, checkedAt: '2026-11-22T01:21:37.737Z' },
      idaHold: null,
      heldSeeders: [
        {
          id: '6f9619ff-8b86-4d01-b42d-00cf4fc964f2',
          host: 'seeder-2',
          processId: 4711,
          code: 'IDA-MLC-001',
          reason: 'The clock of this seeder is about 300 s behind that of IDA: keep both right by NTP.',
          since: '2026-11-22T01:20:02.318Z',
          nextTryAt: '2026-11-22T01:25:32.318Z',
        },
      ],
      idaCalls: {
        asOf: '2026-11-22T01:25:00.104Z',
        inFlight: 20,
        inFlightLimit: 64,
        inFlightMax: 64,
        inFlightMaxAll: null,
        latencyMs: 103.9,
        callsPerSecond: 195.5,
        ratePerSecondMax: 400,
        seeders: [
          {
            id: '6f9619ff-8b86-4d01-b42d-00cf4fc964f1',
            host: 'seeder-1',
            processId: 4711,
            asOf: '2026-11-22T01:25:00.655Z',
            lists: 2,
            inFlight: 20,
            inFlightLimit: 32,
            inFlightMax: 32,
            inFlightShare: null,
            latencyMs: 103.9,
            callsPerSecond: 195.5,
          },
          {
            id: '6f9619ff-8b86-4d01-b42d-00cf4fc964f2',
            host: 'seeder-2',
            processId: 4711,
            asOf: '2026-11-22T01:25:00.104Z',
            lists: 0,
            inFlight: 0,
            inFlightLimit: 32,
            inFlightMax: 32,
            inFlightShare: null,
            latencyMs: null,
            callsPerSecond: 0,
          },
        ],
      },
      callers: { modes: ['api-key'], warning: null },
    },
  },
};

/** All that can go wrong is told of every route. */
export const NO_REFUSALS: readonly BadAnswer[] = [];
