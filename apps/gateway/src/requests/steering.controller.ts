import { Readable } from 'node:stream';

import { Controller, Delete, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiError, type Caller } from '@mts/domain';
import type { Logger } from '@mts/platform';
import type { LiftedHold } from '@mts/store';
import type { FastifyRequest } from 'fastify';

import { Needs, TheCaller } from '../callers/access.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { Answers } from '../openapi/answers.js';
import { LOGGER } from '../tokens.js';
import { OwnRequests } from './own-requests.js';
import { readRetryWish } from './retry-wish.js';
import { Steering } from './steering.js';
import {
  CANCEL_REFUSALS,
  CANCELLED,
  ERASED,
  ERASED_REFUSALS,
  PAUSE_REFUSALS,
  PAUSED,
  RESUME_REFUSALS,
  RESUMED,
  RETRIED,
  RETRY_REFUSALS,
  RetryDto,
} from './steering-answers.js';

/** Steers requests. */
@ApiTags('Requests')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('authtoken/requests/:id')
export class SteeringController {
  constructor(
    @Inject(OwnRequests) private readonly own: OwnRequests,
    @Inject(Steering) private readonly steering: Steering,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post('cancel')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Stop a request for good: who was not asked about is not asked about',
    description:
      'A request under way: nobody else is asked about, and the calls under way are finished and their outcomes kept; the answer waits up to five seconds for that. Then it is `cancelled`, even when these calls bring every outcome that was missing, and nothing of it is delivered by itself. A request that has ended: its delivery is stopped, whether it waits, is tried again or is under way; one that was not cancelled and of which nothing is to be delivered is refused (MTS-REQ-008).',
  })
  @Answers(CANCELLED, CANCEL_REFUSALS)
  @Needs('read', 'operate')
  async cancel(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    return envelope(await this.steer(id, caller, 'cancel', (found) => this.steering.cancel(found)));
  }

  @Post('pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a request rest until it is resumed' })
  @Answers(PAUSED, PAUSE_REFUSALS)
  @Needs('read', 'operate')
  async pause(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    const holds = await this.steer(id, caller, 'pause', (found) => this.steering.pause(found));
    return envelope({ holds });
  }

  @Post('resume')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'resumeRequest',
    summary: 'Lift the hold that a pause has set, or the one that its own records brought about',
  })
  @ApiQuery({
    name: 'hold',
    required: false,
    schema: { type: 'string', enum: ['operator', 'request'], default: 'operator' },
    description: 'The kind of the hold to lift. What else holds the request stays.',
  })
  @Answers(RESUMED, RESUME_REFUSALS)
  @Needs('read', 'operate')
  async resume(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Query('hold') hold: unknown,
  ): Promise<Envelope> {
    const kind = liftedHold(hold);
    const holds = await this.steer(id, caller, 'resume', (found) => this.steering.resume(found, kind));
    return envelope({ holds });
  }

  @Post('retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ask again about records that ended without an answer about the person' })
  @ApiBody({ type: RetryDto, required: false })
  @Answers(RETRIED, RETRY_REFUSALS)
  @Needs('read', 'operate')
  async retry(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Req() { body }: FastifyRequest,
  ): Promise<Envelope> {
    const codes = await readRetryWish(body instanceof Readable ? body : undefined);
    const askedAgain = await this.steer(id, caller, 'retry', (found) => this.steering.retry(found, codes));
    return envelope({ askedAgain });
  }

  @Delete()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'eraseRequest',
    summary: 'Erase a request now, also one that works',
    description: 'Its keys go at once, its rows right after. Whoever asks for it is told that there is none.',
  })
  @Answers(ERASED, ERASED_REFUSALS)
  @Needs('read', 'operate')
  async erase(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    const erased = await this.steer(id, caller, 'erase', (found) => this.steering.erase(found));
    return envelope({ erased });
  }

  /** The log tells of what was done, not of what was refused. @throws ApiError ATS-REQ-016, and what `work` throws */
  private async steer<T>(
    id: string,
    caller: Caller,
    what: string,
    work: (requestId: string) => Promise<T>,
  ): Promise<T> {
    const { id: requestId } = await this.own.findToOperate(id, caller);
    const answer = await work(requestId);
    this.logger.info('a request is steered', { requestId, what, caller: caller.name });
    return answer;
  }
}

function liftedHold(given: unknown): LiftedHold {
  if (given === undefined || given === '' || given === 'operator') return 'operator';
  if (given === 'request') return given;
  throw new ApiError('ATS-REQ-102', { field: 'hold', problem: 'one of operator, request is expected' });
}
