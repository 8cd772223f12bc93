import { availableParallelism } from 'node:os';

/**
 * Sizes libuv's thread pool, in which requests are signed: a thread for each processor, and one for what else is done
 * there, such as looking up a host. Further ones would only take time from the event loop, which has to feed them. To be
 * called before anything is done in the pool, for then libuv has made its threads. A size that is given stays.
 */
export function sizeThreadPool(): void {
  process.env['UV_THREADPOOL_SIZE'] ??= String(availableParallelism() + 1);
}
