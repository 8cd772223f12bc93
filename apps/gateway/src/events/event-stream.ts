import { createHash } from 'node:crypto';

import { isFinished } from '@mts/domain';

import type { Overview } from '../requests/overview.js';
import type { RequestWatch, Seen } from './request-watch.js';

/** After a stream breaks off, a browser connects again so much later. */
const RETRY_MS = 3000;
/** Shorter than the idle limits of proxies, which are often 60 s. */
export const HEARTBEAT_EVERY_MS = 15_000;
const HEARTBEAT = ': still here\n\n';

/** What one stream needs. */
export interface Following {
  readonly requestId: string;
  /** The id of the event that the caller has seen last, as it says. */
  readonly lastEventId: string | undefined;
  readonly show: (seen: Exclude<Seen, 'erased'>) => Overview;
  /** Ends the stream. */
  readonly signal: AbortSignal;
  readonly heartbeatEveryMs: number;
}

/**
 * The text of a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): how the
 * request stands, each time that it stands otherwise, until it has ended or is erased.
 *
 * A reader that is slow is shown the latest state when it is ready, and nothing piles up for it.
 */
export async function* eventText(
  watch: RequestWatch,
  following: Following,
): AsyncGenerator<string, void, undefined> {
  const latest = new Latest<Seen>(following.signal);
  const unfollow = watch.follow(following.requestId, (seen) => latest.set(seen));
  let lastId = following.lastEventId;
  try {
    yield `retry: ${String(RETRY_MS)}\n\n`;
    while (!following.signal.aborted) {
      const seen = await latest.next(following.heartbeatEveryMs);
      if (seen === 'erased') yield eventOf('erased', 'erased', {});
      if (seen === 'erased') return;
      const id = seen && eventId(seen);
      if (seen !== undefined && id !== undefined && id !== lastId)
        yield eventOf('progress', id, following.show(seen));
      else if (seen === undefined && !following.signal.aborted) yield HEARTBEAT;
      if (seen !== undefined && isFinished(seen.state)) return;
      lastId = id ?? lastId;
    }
  } finally {
    unfollow();
  }
}

/** The same for the same state, in every gateway: a reader that comes back is not told twice. */
export function eventId(seen: Exclude<Seen, 'erased'>): string {
  return createHash('sha256').update(JSON.stringify(seen)).digest('base64url').slice(0, 16);
}

/** JSON has no line ends, which would end a field. */
function eventOf(event: string, id: string, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The last value that was set and not yet taken. */
class Latest<T> {
  private value: T | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly signal: AbortSignal) {}

  set(value: T): void {
    this.value = value;
    this.wake?.();
  }

  /** @returns undefined when none comes in time, or the signal is aborted */
  async next(withinMs: number): Promise<T | undefined> {
    if (this.value === undefined && !this.signal.aborted) await this.change(withinMs);
    const { value } = this;
    this.value = undefined;
    return value;
  }

  private async change(withinMs: number): Promise<void> {
    const changed = Promise.withResolvers<void>();
    const wake = (): void => changed.resolve();
    this.wake = wake;
    const patience = setTimeout(wake, withinMs);
    this.signal.addEventListener('abort', wake);
    await changed.promise;
    clearTimeout(patience);
    this.signal.removeEventListener('abort', wake);
  }
}
