/** Messages on the queues. They carry ids and counts, never personal data: the queue keeps job data in its own tables. */
export interface QueueMessages {
  /**
   * The list may have work: whichever of its ranges is next. Each list that waits has one such job and not more, so that
   * all lists come to their turn, however long some are.
   */
  list: { readonly v: 1; readonly requestId: string };
  /** Range `n` of the request was left by a seeder that is gone: to be taken up before any list comes to its turn. */
  left: { readonly v: 1; readonly requestId: string; readonly n: number };
  /** A place of a seeder is to help with a list, whichever of its ranges are next; by `helper` they are told apart. */
  authenticate: { readonly v: 1; readonly requestId: string; readonly helper: number };
  /** The one range of a request whose caller waits for the answer; served before all lists. */
  sync: { readonly v: 1; readonly requestId: string; readonly n: 0 };
  /** A source may have to be pulled for the request: its row in `pull` is the truth. */
  pull: { readonly v: 1; readonly requestId: string };
  /** Results of the request may have to be delivered: its row in `delivery` is the truth. */
  deliver: { readonly v: 1; readonly requestId: string };
  /** A duty whose time has come; see {@link Duty}. */
  housekeeping: { readonly v: 1; readonly duty: Duty };
  /** Somebody wants to know whether IDA can be asked. What was found out after `askedAt` (ISO 8601) answers it. */
  preflight: { readonly v: 1; readonly askedAt: string };
}

/**
 * So many places are called to help with one list at a time. Where there are more, the reconciler calls the others some
 * seconds later.
 */
export const HELPERS_CALLED_MAX = 32;

export type QueueName = keyof QueueMessages;
export const QUEUE_NAMES = [
  'list',
  'left',
  'authenticate',
  'sync',
  'pull',
  'deliver',
  'housekeeping',
  'preflight',
] as const satisfies readonly QueueName[];

/**
 * What the scheduler fires.
 *
 * - `expire`: archive requests past their age or taken by their callers, erase their results and keys.
 * - `sweep`: remove what broken or killed uploads left.
 */
export const DUTIES = ['expire', 'sweep'] as const;
export type Duty = (typeof DUTIES)[number];
