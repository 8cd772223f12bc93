import type { KeyObject } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import { type KekProvider, openRequestKey } from '@mts/crypto';
import { ApiError, type Caller } from '@mts/domain';
import { type CallbackTarget, openCallbackTarget, sealCallbackTarget } from '@mts/outputs';
import { OutboundGuard } from '@mts/platform';
import { Queues } from '@mts/queue';
import { Database, DeliveryStore, type LockedDelivery, type Request, type Transaction } from '@mts/store';

import { Turns } from '../requests/turns.js';
import { KEKS } from '../tokens.js';
import { assertCallable } from './callback-addresses.js';
import { readCallback } from './read-callback.js';

/** Another target, as it was given and checked, and the key that it is sealed with. */
interface Redirection {
  readonly target: CallbackTarget;
  readonly resultsKey: KeyObject;
}

/** Makes deliveries due again, and changes where they go. */
@Injectable()
export class Redelivery {
  constructor(
    @Inject(DeliveryStore) private readonly deliveries: DeliveryStore,
    @Inject(Database) private readonly database: Database,
    @Inject(Queues) private readonly queues: Queues,
    @Inject(OutboundGuard) private readonly guard: OutboundGuard,
    @Inject(KEKS) private readonly keks: KekProvider,
    @Inject(Turns) private readonly turns: Turns,
  ) {}

  /**
   * Where else a caller wants its results: only its own, and only if it may read them.
   * @throws ApiError MTS-DLV-001, MTS-DLV-003, ATS-REQ-016, ATS-REQ-024 to 034; Refusal
   */
  async redirection(request: Request, properties: unknown, caller: Caller): Promise<Redirection> {
    if (request.owner !== caller.owner || !caller.roles.has('read')) throw new ApiError('MTS-DLV-003');
    // Which records are delivered is an option of the request, and stays.
    const target = readCallback(properties, request.output, 'all');
    await assertCallable(target, this.guard);
    const resultsKey = await openRequestKey(request, 'results', this.keks);
    // Erased a moment ago.
    if (resultsKey === undefined) throw new ApiError('ATS-REQ-016');
    return { target, resultsKey };
  }

  /** @throws ApiError MTS-DLV-002, ATS-REQ-017 */
  async makeDue(
    { id: requestId, owner }: Pick<Request, 'id' | 'owner'>,
    redirection: Redirection | undefined,
  ): Promise<void> {
    const inOne = async (tx: Transaction): Promise<void> => {
      const delivery = await this.deliveries.lock(requestId, tx);
      // Asked again, or erased, a moment ago: the next call will tell which.
      if (delivery === undefined) throw new ApiError('ATS-REQ-017');
      if (redirection !== undefined) await this.redirect(requestId, delivery, redirection, tx);
      else if (delivery.state === 'delivered') throw hasEverything();
      const due = await this.deliveries.again(requestId, tx);
      if (due === 'nothing') return;
      await this.queues.post('deliver', [{ message: { v: 1, requestId }, key: requestId, group: owner }], tx);
    };
    await this.turns.inTurn(requestId, async () => this.database.transaction(inOne));
  }

  private async redirect(
    requestId: string,
    { state, sealedTarget }: LockedDelivery,
    { target, resultsKey }: Redirection,
    tx: Transaction,
  ): Promise<void> {
    if (state === 'delivering') {
      const problem =
        'the delivery is under way; POST /authtoken/requests/{id}/cancel stops it, then say where it goes';
      throw new ApiError('MTS-DLV-002', { problem });
    }
    const before = openCallbackTarget(requestId, sealedTarget, resultsKey);
    const receiver = before.url === target.url ? 'same' : 'another';
    if (state === 'delivered' && receiver === 'same') throw hasEverything();
    const sealed = sealCallbackTarget(requestId, { ...target, deliver: before.deliver }, resultsKey);
    await this.deliveries.redirect(requestId, { sealedTarget: sealed, receiver }, tx);
  }
}

function hasEverything(): ApiError {
  return new ApiError('MTS-DLV-002', { problem: 'the receiver has everything already' });
}
