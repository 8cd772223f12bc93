import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiError, type Caller } from '@mts/domain';
import { Queues } from '@mts/queue';
import { Database, DeliveryStore } from '@mts/store';

import { Needs, TheCaller } from '../callers/access.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { Answers } from '../openapi/answers.js';
import { OwnRequests } from '../requests/own-requests.js';
import { deliveryDetails, REDELIVERED, REDELIVERY_REFUSALS } from './delivery-answers.js';

/** Lets a delivery that has failed be tried again. */
@ApiTags('Requests')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('authtoken/requests')
export class RedeliverController {
  constructor(
    @Inject(OwnRequests) private readonly requests: OwnRequests,
    @Inject(DeliveryStore) private readonly deliveries: DeliveryStore,
    @Inject(Database) private readonly database: Database,
    @Inject(Queues) private readonly queues: Queues,
  ) {}

  @Post(':id/redeliver')
  @HttpCode(200)
  @ApiOperation({ summary: 'Delivers again what the receiver does not have yet' })
  @Answers(REDELIVERED, REDELIVERY_REFUSALS)
  @Needs('read', 'operate')
  async redeliver(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    const { id: requestId } = await this.requests.findToOperate(id, caller);
    const delivery = await this.deliveries.find(requestId);
    if (delivery === undefined) throw new ApiError('MTS-DLV-002');
    if (delivery.state === 'pending') throw new ApiError('ATS-REQ-017');
    if (delivery.state === 'delivered') {
      throw new ApiError('MTS-DLV-002', { problem: 'the receiver has everything already' });
    }
    await this.makeDue(requestId);
    return envelope(deliveryDetails((await this.deliveries.find(requestId)) ?? delivery));
  }

  private async makeDue(requestId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const due = await this.deliveries.again(requestId, tx);
      if (due === 'nothing') return;
      await this.queues.post('deliver', [{ message: { v: 1, requestId }, key: requestId }], tx);
    });
  }
}
