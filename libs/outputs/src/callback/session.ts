import type { Answer } from './wire.js';
import type { Headers } from './target.js';

/** How calls show who makes them. */
export interface Session {
  /** The headers of a call; logs in first where that has not happened yet. @throws CallbackFault when that fails */
  headers(signal: AbortSignal): Promise<Headers>;
  /** Takes over what an answer says of the session. */
  note(answer: Answer): void;
  /** Whether an answer means that a new log-in may help. If so, the next {@link headers} makes one. */
  isOver(answer: Answer): boolean;
  /** Logs out, where one can. */
  end(signal: AbortSignal): Promise<void>;
}

/** Of headers that never change: none at all, or a token that the caller has given. */
export function fixedSession(headers: Headers): Session {
  return {
    headers: async () => Promise.resolve(headers),
    note: () => undefined,
    isOver: () => false,
    end: async () => Promise.resolve(),
  };
}
