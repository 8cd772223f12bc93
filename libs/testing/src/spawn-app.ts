import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface AppOptions {
  /** Added to this process' environment, of which the variables that configure the apps are left out. */
  readonly env?: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
  /** Default 30 s. */
  readonly readyTimeoutMs?: number;
}

export interface AppExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An app that runs as a process of its own and has said that it is ready. */
export interface RunningApp {
  readonly process: ChildProcess;
  /** What it said: its URL or its name. */
  readonly ready: string;
  /** All that it has printed so far, stdout and stderr as they came. */
  readonly output: () => string;
  /** Settles when the process has ended, however it did. */
  readonly exited: Promise<AppExit>;
  /** Sends a signal, by default SIGTERM, and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<AppExit>;
}

/** The entry of an app of this workspace as the build made it, such as `builtApp('gateway')`. */
export function builtApp(name: string): string {
  return fileURLToPath(new URL(`../../../apps/${name}/dist/main.js`, import.meta.url));
}

/**
 * Starts a script that sends `{ready: string}` to its parent once it is ready, and waits for that. It ends with this
 * process if it heeds the `disconnect` event, as our apps do.
 *
 * @throws with what it has printed, if it ends or is silent instead.
 */
export async function spawnApp(script: string, options: AppOptions = {}): Promise<RunningApp> {
  const { env, args = [], readyTimeoutMs = 30_000 } = options;
  const child = fork(script, args, { env: { ...neutralEnvironment(), ...env }, execArgv: [], silent: true });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const exited = new Promise<AppExit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<AppExit> => {
    child.kill(signal);
    return exited;
  };
  try {
    const ready = await readiness(child, exited, readyTimeoutMs);
    return { process: child, ready, output: () => printed, exited, stop };
  } catch (error) {
    await stop('SIGKILL');
    throw new Error(`${script} did not become ready. It printed:\n${printed}`, { cause: error });
  }
}

function neutralEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(?:MTS_|IDA_SIMULATOR_|DATABASE_URL$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

async function readiness(child: ChildProcess, exited: Promise<AppExit>, timeoutMs: number): Promise<string> {
  const early = exited.then(({ code, signal }) => {
    throw new Error(`It ended with ${signal ?? `code ${code}`}`);
  });
  return Promise.race([early, readyMessage(child, AbortSignal.timeout(timeoutMs))]);
}

async function readyMessage(child: ChildProcess, signal: AbortSignal): Promise<string> {
  for (;;) {
    const [message] = (await once(child, 'message', { signal })) as [unknown];
    if (typeof message === 'object' && message !== null && 'ready' in message) return String(message.ready);
  }
}
