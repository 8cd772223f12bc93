import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { type Caller, isFinished } from '@mts/domain';
import type { Clock } from '@mts/platform';
import { DeliveryStore, ProfileStore, RequestStore, SteeringStore } from '@mts/store';

import { Needs, TheCaller } from '../callers/access.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { Answers } from '../openapi/answers.js';
import { CLOCK } from '../tokens.js';
import { OwnRequests } from './own-requests.js';
import { STATUS, STATUS_REFUSALS } from './request-answers.js';
import { estimatedRemainingSeconds, statusWord } from './status.js';

/** Tells of requests. */
@ApiTags('Requests')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('authtoken')
export class RequestsController {
  constructor(
    @Inject(RequestStore) private readonly requests: RequestStore,
    @Inject(OwnRequests) private readonly own: OwnRequests,
    @Inject(ProfileStore) private readonly profile: ProfileStore,
    @Inject(DeliveryStore) private readonly deliveries: DeliveryStore,
    @Inject(SteeringStore) private readonly steering: SteeringStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('status/:id')
  @ApiOperation({ summary: 'How far a request is' })
  @Answers(STATUS, STATUS_REFUSALS)
  @Needs('read')
  async status(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    const request = await this.own.find(id, caller);
    const [progress, holds, delivery] = await Promise.all([
      this.requests.progress(id),
      this.profile.holdsOf(id),
      this.deliveries.find(id),
    ]);
    const { state, total, createdAt, startedAt, endedAt, heldSeconds } = request;
    const { done, failed, invalid } = progress;
    return envelope({
      status: statusWord(state, holds, delivery?.state),
      total,
      done,
      failed,
      invalid,
      submittedAt: createdAt,
      startedAt,
      endedAt,
      holds: isFinished(state) ? [] : holds,
      estimatedRemainingSeconds: estimatedRemainingSeconds(
        { state, progress, holds, startedAt, heldSeconds },
        this.clock(),
      ),
    });
  }

  @Post('resume/:id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets a request go on that its own records hold, once their cause is mended' })
  @Answers(STATUS, STATUS_REFUSALS)
  @Needs('read')
  async resume(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    const request = await this.own.find(id, caller);
    await this.steering.resume(request.id, 'request');
    return this.status(id, caller);
  }
}
