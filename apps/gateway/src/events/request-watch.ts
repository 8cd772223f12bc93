import { setTimeout as wait } from 'node:timers/promises';

import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@mts/platform';
import { Notifications, OverviewStore, type RequestOverview } from '@mts/store';

import { LOGGER } from '../tokens.js';

/** Progress is counted without notifications; however many follow a request, it is looked at so often at the most. */
const LOOK_EVERY_MS = 1000;

/** How a request stands; `erased` when there is none any more. */
export type Seen = RequestOverview | 'erased';

/** Looks at requests for all who follow them: one query a second per request, whatever the number of streams. */
@Injectable()
export class RequestWatch implements OnModuleDestroy {
  private readonly watched = new Map<string, WatchedRequest>();
  private readonly ending = new AbortController();

  constructor(
    @Inject(OverviewStore) private readonly overviews: OverviewStore,
    @Inject(Notifications) private readonly notifications: Notifications,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Aborted when the gateway stops: every stream ends then, so that it need not wait for them. */
  get ends(): AbortSignal {
    return this.ending.signal;
  }

  onModuleDestroy(): void {
    this.ending.abort();
  }

  /** Calls `onLook` after each look, until what is returned is called. */
  follow(requestId: string, onLook: (seen: Seen) => void): () => void {
    const watched = this.watched.get(requestId) ?? this.begin(requestId);
    watched.followers.add(onLook);
    if (watched.seen !== undefined) onLook(watched.seen);
    return () => {
      watched.followers.delete(onLook);
      if (watched.followers.size > 0) return;
      watched.stop.abort();
      if (this.watched.get(requestId) === watched) this.watched.delete(requestId);
    };
  }

  private begin(requestId: string): WatchedRequest {
    const watched = new WatchedRequest();
    this.watched.set(requestId, watched);
    void this.look(requestId, watched);
    return watched;
  }

  private async look(requestId: string, watched: WatchedRequest): Promise<void> {
    const following = { pollMs: LOOK_EVERY_MS, signal: watched.stop.signal };
    let nextLookAtMs = 0;
    for await (const _ of this.notifications.follow(requestId, following)) {
      await restUntil(nextLookAtMs, watched.stop.signal);
      if (watched.stop.signal.aborted) return;
      nextLookAtMs = performance.now() + LOOK_EVERY_MS;
      await this.lookOnce(requestId, watched);
    }
  }

  /** What cannot be seen now is looked at again in a moment; who follows keeps what was seen last. */
  private async lookOnce(requestId: string, watched: WatchedRequest): Promise<void> {
    try {
      watched.saw((await this.overviews.find(requestId)) ?? 'erased');
    } catch (error) {
      this.logger.warn('a request that is followed could not be looked at', {
        requestId,
        error: error as Error,
      });
    }
  }
}

class WatchedRequest {
  readonly followers = new Set<(seen: Seen) => void>();
  readonly stop = new AbortController();
  seen: Seen | undefined;

  saw(seen: Seen): void {
    this.seen = seen;
    for (const onLook of this.followers) onLook(seen);
  }
}

async function restUntil(moment: number, signal: AbortSignal): Promise<void> {
  const restMs = moment - performance.now();
  // Aborted: whoever waits finds that out from the signal.
  if (restMs > 0) await wait(restMs, undefined, { signal }).catch(() => undefined);
}
