import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiError, type Caller } from '@mts/domain';
import type { Logger } from '@mts/platform';
import { DeliveryStore } from '@mts/store';
import type { FastifyRequest } from 'fastify';

import { Needs, TheCaller } from '../callers/access.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { Answers } from '../openapi/answers.js';
import { OwnRequests } from '../requests/own-requests.js';
import { LOGGER } from '../tokens.js';
import { deliveryDetails, REDELIVERED, REDELIVERY_REFUSALS } from './delivery-answers.js';
import { Redelivery } from './redelivery.js';
import { RedeliveryDto } from './redelivery-dto.js';
import { readRedeliveryWish } from './redelivery-wish.js';

/** Lets a delivery that has failed, or was stopped, be tried again. */
@ApiTags('Requests')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('authtoken/requests')
export class RedeliverController {
  constructor(
    @Inject(OwnRequests) private readonly requests: OwnRequests,
    @Inject(DeliveryStore) private readonly deliveries: DeliveryStore,
    @Inject(Redelivery) private readonly redelivery: Redelivery,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post(':id/redeliver')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Delivers again what the receiver does not have yet, also with other callbackProperties',
  })
  @ApiBody({ type: RedeliveryDto, required: false })
  @Answers(REDELIVERED, REDELIVERY_REFUSALS)
  @Needs('read', 'operate')
  async redeliver(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Req() call: FastifyRequest,
  ): Promise<Envelope> {
    const { callbackProperties: properties } = await readRedeliveryWish(call);
    const request = await this.requests.findToOperate(id, caller);
    const delivery = await this.deliveries.find(request.id);
    if (delivery === undefined) throw new ApiError('MTS-DLV-002');
    const redirection =
      properties === undefined ? undefined : await this.redelivery.redirection(request, properties, caller);
    await this.redelivery.makeDue(request, redirection);
    this.logger.info('a delivery was asked for again', {
      requestId: request.id,
      caller: caller.name,
      isRedirected: redirection !== undefined,
    });
    return envelope(deliveryDetails((await this.deliveries.find(request.id)) ?? delivery));
  }
}
