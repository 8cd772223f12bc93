import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiError, type Caller } from '@mts/domain';
import type { Clock } from '@mts/platform';
import { OverviewStore } from '@mts/store';

import { Needs, TheCaller } from '../callers/access.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { Answers } from '../openapi/answers.js';
import type { GatewayConfig } from '../options.js';
import { CLOCK, GATEWAY_CONFIG } from '../tokens.js';
import { type Overview, overviewOf } from './overview.js';
import { OwnRequests } from './own-requests.js';
import { STATUS, STATUS_REFUSALS } from './request-answers.js';
import { Steering } from './steering.js';

/** What clients of the original read, and what helps beside it; all else stands at GET /authtoken/requests/{id}. */
type Status = Pick<
  Overview,
  | 'status'
  | 'state'
  | 'total'
  | 'done'
  | 'failed'
  | 'invalid'
  | 'notAsked'
  | 'unknown'
  | 'submittedAt'
  | 'startedAt'
  | 'endedAt'
  | 'cancelling'
  | 'holds'
  | 'estimatedRemainingSeconds'
>;

/** Tells of requests. */
@ApiTags('Requests')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('authtoken')
export class RequestsController {
  constructor(
    @Inject(OwnRequests) private readonly own: OwnRequests,
    @Inject(OverviewStore) private readonly overviews: OverviewStore,
    @Inject(Steering) private readonly steering: Steering,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('status/:id')
  @ApiOperation({ summary: 'How far a request is' })
  @Answers(STATUS, STATUS_REFUSALS)
  @Needs('read', 'operate')
  async status(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    const request = await this.own.findToOperate(id, caller);
    return envelope(await this.statusOf(request.id));
  }

  @Post('resume/:id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets a request go on that its own records hold, once their cause is mended' })
  @Answers(STATUS, STATUS_REFUSALS)
  @Needs('read', 'operate')
  async resume(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    const request = await this.own.findToOperate(id, caller);
    await this.steering.lift(request.id, 'request');
    return envelope(await this.statusOf(request.id));
  }

  private async statusOf(id: string): Promise<Status> {
    const overview = await this.overviews.find(id);
    // Erased a moment ago.
    if (overview === undefined) throw new ApiError('ATS-REQ-016');
    const shown = overviewOf(overview, this.config.requestAgeHoursMax, this.clock());
    const { status, state, total, done, failed, invalid, notAsked, unknown } = shown;
    const { submittedAt, startedAt, endedAt, cancelling, holds, estimatedRemainingSeconds } = shown;
    return {
      status,
      state,
      total,
      done,
      failed,
      invalid,
      notAsked,
      unknown,
      submittedAt,
      startedAt,
      endedAt,
      cancelling,
      holds,
      estimatedRemainingSeconds,
    };
  }
}
