let request: AbortController | undefined;

/**
 * From the first call on a signal no longer ends this process by itself; the same for all calls. Called before an app
 * loads its parts, which takes most of a second: as process 1 of a container it would not even be ended by a signal for
 * which nobody listens, and the signal would be lost (pid_namespaces(7)).
 *
 * @returns a signal that is aborted when the process is to end: by SIGTERM, SIGINT, or because the launcher that forked it is
 * gone.
 */
export function listenForStop(): AbortSignal {
  request ??= listen();
  return request.signal;
}

function listen(): AbortController {
  const controller = new AbortController();
  const ask = (): void => controller.abort();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, ask);
  process.once('disconnect', ask);
  return controller;
}
