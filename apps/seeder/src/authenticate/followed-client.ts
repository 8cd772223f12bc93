import { type AuthOutcome, IdaFault } from '@mts/domain';
import type { AskedPerson, CallOptions, IdaClient } from '@mts/ida-client';

import type { CallFigures } from './call-figures.js';
import type { InFlightLimit } from './in-flight-limit.js';

/** IDA's client, from whose calls the limit of calls in flight and the figures learn. */
export class FollowedClient implements Pick<IdaClient, 'authenticate'> {
  constructor(
    private readonly client: Pick<IdaClient, 'authenticate'>,
    private readonly limit: Pick<InFlightLimit, 'begin'>,
    private readonly figures: CallFigures,
  ) {}

  async authenticate(person: AskedPerson, options: CallOptions = {}): Promise<AuthOutcome> {
    const call = this.limit.begin();
    let latencyMs: number | undefined;
    const hooks: CallOptions = {
      ...options,
      onSend: (sent) => {
        options.onSend?.(sent);
        this.figures.noteSent();
      },
      onAnswer: (answer) => {
        options.onAnswer?.(answer);
        latencyMs = answer.latencyMs;
        this.figures.noteAnswer(latencyMs);
      },
    };
    let isFailed = false;
    try {
      return await this.client.authenticate(person, hooks);
    } catch (error) {
      isFailed = error instanceof IdaFault && error.saysNothing;
      throw error;
    } finally {
      // A 503 is an answer too, and so is a page of garbage; neither is a sign that IDA is well.
      if (isFailed) call.failed();
      else if (latencyMs !== undefined) call.answered(latencyMs);
    }
  }
}
