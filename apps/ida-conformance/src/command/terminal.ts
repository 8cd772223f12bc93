import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

import { Interruption } from './interruption.js';

/** Where a person reads and answers. Questions that are interrupted reject with {@link Interruption}. */
export interface Terminal {
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  readonly print: (text: string) => void;
  readonly ask: (question: string) => Promise<string>;
  /** What is typed does not appear. */
  readonly askHidden: (question: string) => Promise<string>;
}

/** That of this process; once `stop` is aborted, nothing more is asked. */
export function processTerminal(stop: AbortSignal): Terminal {
  const { stdin, stdout } = process;
  return {
    isInteractive: stdin.isTTY && stdout.isTTY,
    print: (text) => {
      stdout.write(`${text}\n`);
    },
    ask: async (question) => questioned(question, stdin, stdout, stop),
    askHidden: async (question) => {
      stdout.write(question);
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const answer = await questioned('', stdin, nowhere, stop);
      stdout.write('\n');
      return answer;
    },
  };
}

/** @throws Interruption on Ctrl-C, Ctrl-D, the end of the input, or when `stop` is aborted */
export async function questioned(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  stop: AbortSignal,
): Promise<string> {
  const lines = createInterface({ input, output, terminal: true });
  // Not each way to end the question rejects it, but each closes the interface.
  const end = new Promise<never>((_resolve, reject) => {
    lines.once('close', () => reject(new Interruption()));
  });
  end.catch(() => undefined);
  try {
    return (await Promise.race([lines.question(question, { signal: stop }), end])).trim();
  } catch {
    throw new Interruption();
  } finally {
    lines.close();
  }
}
