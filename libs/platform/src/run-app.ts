import { ConfigError } from './config/read-config.js';
import { describeError, redactText } from './logging/redaction.js';

/** What a running app gives to the outside. */
export interface RunningApp {
  /** Where it can be reached, or its name when it listens nowhere. */
  readonly address: string;
  /** Ends it in good order; work in hand is finished or handed back. */
  stop(): Promise<void>;
}

/** Faults that are for the operator to mend: told in one sentence, without a stack. */
const PLAIN_FAULTS = new Set([
  'ConfigError',
  'KekError',
  'SchemaError',
  'PartnerKeyError',
  'CertificateError',
]);

/**
 * Starts an app as a process: says when it is ready, stops it on SIGTERM, SIGINT, or when the launcher that forked it
 * is gone, and ends with a sentence on standard error when it cannot start.
 */
export async function runApp(start: () => Promise<RunningApp>): Promise<void> {
  let app: RunningApp;
  try {
    app = await start();
  } catch (error) {
    process.stderr.write(`${startFailure(error)}\n`);
    process.exit(1);
  }
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Stopping failed: ${JSON.stringify(describeError(error))}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  process.once('disconnect', stop);
  process.send?.({ ready: app.address });
}

function startFailure(error: unknown): string {
  if (error instanceof ConfigError || (error instanceof Error && PLAIN_FAULTS.has(error.name)))
    return redactText(error.message);
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `${redactText(error.message)}: another program listens there; choose another port (MTS_GATEWAY_PORT)`;
  }
  return `The start failed: ${JSON.stringify(describeError(error))}`;
}
