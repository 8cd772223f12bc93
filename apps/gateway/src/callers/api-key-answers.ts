import { ROLES } from '@mts/domain';
import { ApiProperty } from '@nestjs/swagger';

import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';

const EXAMPLE = {
  id: '0c1ed88a-7ff4-49db-a546-862cc8ebe111',
  name: 'registry',
  roles: ['submit', 'read'],
  createdAt: '2026-11-22T01:21:37.737Z',
  revokedAt: null,
  lastUsedAt: null,
};

export class ApiKeyDto {
  @ApiProperty({ type: String, format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: String, description: 'Of the caller: keys of one name are one caller.' })
  readonly name!: string;

  @ApiProperty({ type: [String], enum: ROLES })
  readonly roles!: readonly string[];

  @ApiProperty({ type: String, format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when it is refused.',
  })
  readonly revokedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To within a minute.' })
  readonly lastUsedAt!: string | null;
}

export class NewApiKeyDto extends ApiKeyDto {
  @ApiProperty({ type: String, description: 'The key itself. It is shown here and never again.' })
  readonly key!: string;
}

export class ApiKeysDto {
  @ApiProperty({ type: [ApiKeyDto] })
  readonly apiKeys!: readonly ApiKeyDto[];
}

/** What a new key shall be. */
export class ApiKeyWishDto {
  @ApiProperty({
    type: String,
    pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
    description: 'Names the system that calls, never a person: it stands in logs.',
  })
  readonly name!: string;

  @ApiProperty({ type: [String], enum: ROLES, minItems: 1 })
  readonly roles!: readonly string[];

  @ApiProperty({
    type: Boolean,
    required: false,
    default: false,
    description:
      'Another key for the caller of that name, which then has several, until the old one is revoked.',
  })
  readonly rotate?: boolean;
}

export const API_KEY_MADE: GoodAnswer = {
  description: 'The key was made. Keep it now: only a hash of it is stored.',
  response: NewApiKeyDto,
  examples: {
    made: { ...EXAMPLE, key: `mts_${'0'.repeat(32)}_${'0'.repeat(72)}` },
  },
};

export const API_KEY_WISH_REFUSALS: readonly BadAnswer[] = [
  {
    code: 'ATS-REQ-102',
    details: { field: 'roles', problem: 'give at least one of submit, read, operate, admin' },
  },
  { code: 'ATS-REQ-102', status: 422, details: { problem: 'Invalid JSON' } },
  { code: 'MTS-REQ-003', details: { limit: 10_000 } },
  'MTS-REQ-004',
  'MTS-REQ-005',
  'MTS-AUTH-005',
  'MTS-AUTH-006',
];

export const API_KEYS: GoodAnswer = {
  description: 'All keys there are and were, the newest first.',
  response: ApiKeysDto,
  examples: { one: { apiKeys: [EXAMPLE] }, none: { apiKeys: [] } },
};

export const API_KEY_REVOKED: GoodAnswer = {
  description: 'It is refused from now on, by every gateway.',
  response: ApiKeyDto,
  examples: { revoked: { ...EXAMPLE, revokedAt: '2026-11-23T08:00:00.000Z' } },
};

export const API_KEY_UNKNOWN: readonly BadAnswer[] = ['MTS-AUTH-004'];
