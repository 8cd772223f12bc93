import { Readable } from 'node:stream';

import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { makeApiKey } from '@mts/crypto';
import { ApiError, type Caller } from '@mts/domain';
import { parseJsonExact } from '@mts/inputs';
import { ApiKeyStore } from '@mts/store';
import type { Logger } from '@mts/platform';
import type { FastifyRequest } from 'fastify';

import { type Envelope, envelope } from '../http/envelope.js';
import { textOf } from '../ingest/ingest-items.js';
import { readBody, STALL_LIMIT_MS } from '../lists/upload.js';
import { Answers } from '../openapi/answers.js';
import { LOGGER } from '../tokens.js';
import { Needs, TheCaller } from './access.js';
import {
  API_KEY_MADE,
  API_KEY_REVOKED,
  API_KEY_UNKNOWN,
  API_KEY_WISH_REFUSALS,
  API_KEYS,
  ApiKeyWishDto,
} from './api-key-answers.js';
import { readApiKeyWish } from './api-key-wish.js';

const BODY_SIZE_BYTES_MAX = 10_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Makes, lists and revokes the keys of callers. */
@ApiTags('Callers')
@Controller('authtoken/admin/api-keys')
export class ApiKeysController {
  constructor(
    @Inject(ApiKeyStore) private readonly keys: ApiKeyStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Make an API key',
    description: 'The key is in the answer, and nowhere else ever again.',
  })
  @ApiBody({ type: ApiKeyWishDto })
  @Answers(API_KEY_MADE, API_KEY_WISH_REFUSALS)
  @Needs('admin')
  async make(@Req() request: FastifyRequest, @TheCaller() admin: Caller): Promise<Envelope> {
    const { name, roles, whose } = readApiKeyWish(await readJson(request));
    const { id, text, hash } = makeApiKey();
    const stored = await this.keys.add({ id, name, roles, hash }, whose);
    if (stored === 'name in use') throw new ApiError('MTS-AUTH-005');
    if (stored === 'name unknown') throw new ApiError('MTS-AUTH-006');
    this.logger.info('an API key was made', { id, name, roles: roles.join(' '), by: admin.name });
    return envelope({ ...stored, key: text });
  }

  @Get()
  @ApiOperation({ summary: 'The API keys there are and were' })
  @Answers(API_KEYS, [])
  @Needs('admin')
  async list(): Promise<Envelope> {
    return envelope({ apiKeys: await this.keys.list() });
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke an API key for good' })
  @ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
  @Answers(API_KEY_REVOKED, API_KEY_UNKNOWN)
  @Needs('admin')
  async revoke(@Param('id') id: string, @TheCaller() admin: Caller): Promise<Envelope> {
    const revoked = UUID.test(id) ? await this.keys.revoke(id) : undefined;
    if (revoked === undefined) throw new ApiError('MTS-AUTH-004');
    this.logger.info('an API key was revoked', { id, name: revoked.name, by: admin.name });
    return envelope(revoked);
  }
}

async function readJson(request: FastifyRequest): Promise<unknown> {
  const { body } = request;
  if (request.isMultipart()) throw new ApiError('MTS-REQ-004');
  if (!(body instanceof Readable)) throw new ApiError('ATS-REQ-102', { problem: 'missing request body' });
  return parseJsonExact(textOf(await readBody(body, BODY_SIZE_BYTES_MAX, STALL_LIMIT_MS)));
}
