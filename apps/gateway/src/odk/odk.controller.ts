import { Readable } from 'node:stream';

import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiError, type Caller } from '@mts/domain';
import { OutputFormats } from '@mts/outputs';
import { OutboundGuard } from '@mts/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Needs, TheCaller } from '../callers/access.js';
import { type Envelope, envelope, envelopeError } from '../http/envelope.js';
import { IdempotentCall, REPLAYED_HEADER } from '../ingest/idempotent-call.js';
import { jsonOf } from '../ingest/ingest-items.js';
import { checkWish } from '../lists/check-wish.js';
import { LIST_SETTINGS, type ListLimits } from '../lists/lists.controller.js';
import type { ListSettings } from '../lists/read-list-request.js';
import { TakesIdempotencyKey } from '../lists/takes-idempotency-key.js';
import { readBody } from '../lists/upload.js';
import { Answers } from '../openapi/answers.js';
import { ORDER_REFUSALS, ORDERED } from './odk-answers.js';
import { OdkListDto } from './odk-request.js';
import { PULL_PATIENCE_MS, PullDesk } from './pull-desk.js';
import { assertReachable, readOdkRequest } from './read-odk-request.js';

/** There is no list in it. */
const BODY_SIZE_BYTES_MAX = 1_000_000;

/** Takes in lists that are in ODK Central. */
@ApiTags('Lists')
@Controller('authtoken')
export class OdkController {
  constructor(
    @Inject(PullDesk) private readonly desk: PullDesk,
    @Inject(OutputFormats) private readonly formats: OutputFormats,
    @Inject(OutboundGuard) private readonly guard: OutboundGuard,
    @Inject(LIST_SETTINGS) private readonly settings: ListSettings & ListLimits,
  ) {}

  @Post('odk')
  @HttpCode(200)
  @ApiOperation({ summary: 'Have the submissions of a form in ODK Central fetched' })
  @ApiBody({ type: OdkListDto })
  @TakesIdempotencyKey()
  @Answers(ORDERED, ORDER_REFUSALS)
  @Needs('submit')
  async odk(
    @Req() request: FastifyRequest,
    @TheCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const patience = AbortSignal.timeout(PULL_PATIENCE_MS);
    const call = IdempotentCall.of(request.headers, caller.owner, 'odk');
    const bytes = await this.read(request);
    call?.add(bytes);
    const wish = readOdkRequest(jsonOf(bytes), this.settings);
    await Promise.all([checkWish(wish, this.formats, this.guard), assertReachable(wish.config, this.guard)]);
    const { requestId, state, isReplay } = await this.desk.take(wish, caller, patience, call);
    if (isReplay) reply.header(REPLAYED_HEADER, 'true');
    const errors = state === 'submitted_with_errors' ? [envelopeError('ATS-REQ-101')] : null;
    return envelope({ request_identifier: requestId }, errors);
  }

  private async read(request: FastifyRequest): Promise<Uint8Array> {
    const { body } = request;
    if (request.isMultipart()) throw new ApiError('MTS-REQ-004');
    if (!(body instanceof Readable)) throw new ApiError('ATS-REQ-102', { problem: 'missing request body' });
    return readBody(body, BODY_SIZE_BYTES_MAX, this.settings.stallLimitMs);
  }
}
