import { Readable } from 'node:stream';

import { Controller, Get, Headers, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiError, type Caller, isFinished } from '@mts/domain';
import type { Clock } from '@mts/platform';
import { OverviewStore } from '@mts/store';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Needs, OrTicket, TheCaller } from '../callers/access.js';
import { CallerLimits } from '../callers/caller-limits.js';
import { EventTickets } from '../callers/event-tickets.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { Answers, FileAnswer } from '../openapi/answers.js';
import type { GatewayConfig } from '../options.js';
import { OwnRequests } from '../requests/own-requests.js';
import { overviewOf } from '../requests/overview.js';
import { CLOCK, GATEWAY_CONFIG } from '../tokens.js';
import { EVENT_CONTENT, EVENT_REFUSALS, TICKET, TICKET_REFUSALS } from './event-answers.js';
import { eventId, eventText, HEARTBEAT_EVERY_MS } from './event-stream.js';
import { RequestWatch } from './request-watch.js';

/** Lets callers follow a request without asking again and again. */
@ApiTags('Requests')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('authtoken/requests/:id/events')
export class EventsController {
  constructor(
    @Inject(OwnRequests) private readonly own: OwnRequests,
    @Inject(OverviewStore) private readonly overviews: OverviewStore,
    @Inject(RequestWatch) private readonly watch: RequestWatch,
    @Inject(EventTickets) private readonly tickets: EventTickets,
    @Inject(CallerLimits) private readonly limits: CallerLimits,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'followRequest',
    summary: 'Follow a request: server-sent events until it has ended',
    description:
      'Read it by fetch with the usual header, or by EventSource with a ticket of POST …/events/ticket, which is good for one stream.',
  })
  @ApiQuery({ name: 'ticket', required: false, schema: { type: 'string' } })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The event seen last, as browsers send it. 204 when the request has ended since long.',
  })
  @FileAnswer(
    {
      description:
        'Events `progress`, each with how the request stands as GET /authtoken/requests has it, the last one with its final state; `erased` when it is erased. Comments between them keep the connection open.',
      content: EVENT_CONTENT,
    },
    EVENT_REFUSALS,
  )
  @Needs('read', 'operate')
  @OrTicket()
  async events(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() { method }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // The router offers HEAD beside each GET; of a stream there is no head that says anything.
    if (method === 'HEAD') {
      reply.header('allow', 'GET');
      throw new ApiError('MTS-REQ-002');
    }
    const { id: requestId } = await this.own.findToOperate(id, caller);
    // A browser comes back after the end too, until it is told so.
    if (lastEventId !== undefined && (await this.hasEndedWith(requestId, lastEventId))) {
      await reply.status(204).send();
      return;
    }
    const giveBack = this.limits.take('events', caller);
    const gone = new AbortController();
    reply.raw.once('close', () => {
      gone.abort();
      giveBack();
    });
    const signal = AbortSignal.any([gone.signal, this.watch.ends]);
    const text = eventText(this.watch, {
      requestId,
      lastEventId,
      show: (seen) => overviewOf(seen, this.config.requestAgeHoursMax, this.clock()),
      signal,
      heartbeatEveryMs: HEARTBEAT_EVERY_MS,
    });
    await reply
      .headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // nginx would keep events back until they fill a buffer.
        'x-accel-buffering': 'no',
      })
      // One event at a time: the next one is made when this one has gone out, of what is true then.
      .send(Readable.from(text, { objectMode: false, highWaterMark: 1 }));
  }

  @Post('ticket')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'makeEventTicket',
    summary: 'A ticket for one stream of events, for whoever cannot send a header',
  })
  @Answers(TICKET, TICKET_REFUSALS)
  @Needs('read', 'operate')
  async ticket(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const { id: requestId } = await this.own.findToOperate(id, caller);
    reply.header('cache-control', 'no-store');
    return envelope(await this.tickets.issue(requestId, caller));
  }

  private async hasEndedWith(requestId: string, lastEventId: string): Promise<boolean> {
    const seen = await this.overviews.find(requestId);
    return seen !== undefined && isFinished(seen.state) && eventId(seen) === lastEventId;
  }
}
