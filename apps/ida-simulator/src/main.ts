import { assertNodeVersion } from './node-version.js';
import { readOptions } from './options.js';
import { provision } from './pki/provision.js';
import { startSimulator } from './simulator.js';

/** Runs until a signal, or until the parent process is gone. */
async function main(): Promise<void> {
  assertNodeVersion();
  const options = readOptions(process.env);
  await provision(options.dir);
  const simulator = await startSimulator(options);
  const stop = (): void => {
    void simulator.close().then(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  if (process.send === undefined) {
    process.stdout.write(`IDA simulator ready at ${simulator.url}\n`);
  } else if (process.connected) {
    process.once('disconnect', stop);
    process.send({ ready: simulator.url });
  } else {
    stop(); // The parent went away meanwhile.
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'The simulator could not start.'}\n`);
  process.exitCode = 1;
  if (process.connected) process.disconnect();
});
