import type { QueueName } from '@mts/domain';
import type { Queue } from 'pg-boss';

/** Just under the day that pg-boss allows: a source or a callback, record by record, takes as long as it takes. */
const EXPIRES_AFTER_SECONDS = 23 * 3600;
/** Finished jobs are of use to nobody but to whoever looks for what went on a moment ago. */
const DELETED_AFTER_SECONDS = 1800;

type Definition = Omit<Queue, 'name'> & Required<Pick<Queue, 'policy'>>;

/**
 * How each queue behaves. No queue retries: what has work is said by our own tables (range, firing), and the
 * reconciler asks them; pg-boss' retry count is used up by stops and kills alike, so it cannot be what keeps work.
 */
export const QUEUE_DEFINITIONS: Readonly<Record<QueueName, Definition>> = {
  // `short`: at most one waiting job per key, however often the reconciler offers it.
  list: {
    policy: 'short',
    notify: true,
    retryLimit: 0,
    // A seeder has begun with the list by then, or waits for a place to do so.
    expireInSeconds: 3600,
    // One for each range of each list: nothing is read of them.
    deleteAfterSeconds: 60,
  },
  left: {
    policy: 'short',
    notify: true,
    retryLimit: 0,
    // As with a list: it waits for a place at the longest.
    expireInSeconds: 3600,
    deleteAfterSeconds: 60,
  },
  authenticate: {
    policy: 'short',
    notify: true,
    retryLimit: 0,
    // A helper lets other lists come first long before; it works on if it is alone.
    expireInSeconds: 3600,
    deleteAfterSeconds: 60,
  },
  sync: {
    policy: 'short',
    notify: true,
    retryLimit: 0,
    // Over as soon as a seeder has fetched it and begun, for the work goes on beside it. One that a seeder died with in
    // between keeps nothing from being done: the record waits for the reconciler like any other.
    expireInSeconds: 300,
    deleteAfterSeconds: 60,
  },
  pull: {
    policy: 'short',
    notify: true,
    retryLimit: 0,
    expireInSeconds: EXPIRES_AFTER_SECONDS,
    deleteAfterSeconds: DELETED_AFTER_SECONDS,
  },
  deliver: {
    policy: 'short',
    notify: true,
    retryLimit: 0,
    expireInSeconds: EXPIRES_AFTER_SECONDS,
    deleteAfterSeconds: DELETED_AFTER_SECONDS,
  },
  housekeeping: {
    policy: 'short',
    notify: true,
    retryLimit: 0,
    expireInSeconds: 3600,
    deleteAfterSeconds: DELETED_AFTER_SECONDS,
  },
  // `exclusive`: at most one job of a key, waiting or under way, whoever works on it.
  preflight: {
    policy: 'exclusive',
    notify: true,
    retryLimit: 0,
    // Of a seeder that died at it; a preflight takes seconds.
    expireInSeconds: 60,
    deleteAfterSeconds: 60,
  },
};
