import { AUTH_FIELDS } from '@mts/domain';
import { ApiProperty } from '@nestjs/swagger';

import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';

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

  @ApiProperty({ type: String, format: 'date-time' })
  readonly checkedAt!: string;
}

export const PREFLIGHT: GoodAnswer = {
  description:
    'What came of it. One that succeeds ends a hold that waits for it; a result of the last five seconds is given again.',
  response: PreflightDto,
  examples: {
    well: { ok: true, code: null, reason: null, checkedAt: '2026-11-22T01:21:37.737Z' },
    wrong: {
      ok: false,
      code: 'IDA-MPA-008',
      reason: 'License key of MISP has expired',
      checkedAt: '2026-11-22T01:21:37.737Z',
    },
  },
};
export const PREFLIGHT_REFUSALS: readonly BadAnswer[] = ['MTS-SYS-004', 'MTS-SYS-003'];

export class IdaHoldDto {
  @ApiProperty({ type: String })
  readonly code!: string;

  @ApiProperty({ type: String, description: 'What happened, and what ends the hold.' })
  readonly reason!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  readonly since!: string;
}

export class HealthDto extends UpDto {
  @ApiProperty({ enum: ['up'] })
  readonly database!: string;

  @ApiProperty({ enum: ['up'] })
  readonly queue!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Seeders that work now.' })
  readonly seedersAlive!: number;

  @ApiProperty({
    type: PreflightDto,
    nullable: true,
    description:
      'The last proof of the set-up with IDA, as a seeder stored it; null when there was none yet.',
  })
  readonly idaPreflight!: PreflightDto | null;

  @ApiProperty({ type: IdaHoldDto, nullable: true, description: 'What holds all requests up, if anything.' })
  readonly idaHold!: IdaHoldDto | null;
}

export const HEALTH: GoodAnswer = {
  description: 'How the service is.',
  response: HealthDto,
  examples: {
    well: {
      status: 'up',
      database: 'up',
      queue: 'up',
      seedersAlive: 2,
      idaPreflight: { ok: true, code: null, reason: null, checkedAt: '2026-11-22T01:21:37.737Z' },
      idaHold: null,
    },
  },
};

/** All that can go wrong is told of every route. */
export const NO_REFUSALS: readonly BadAnswer[] = [];
