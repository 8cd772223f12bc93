import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Where a person reads and answers. */
export interface Terminal {
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  readonly print: (text: string) => void;
  readonly ask: (question: string) => Promise<string>;
  /** What is typed does not appear. */
  readonly askHidden: (question: string) => Promise<string>;
}

export const processTerminal: Terminal = {
  isInteractive: process.stdin.isTTY && process.stdout.isTTY,
  print: (text) => {
    process.stdout.write(`${text}\n`);
  },
  ask: async (question) => questioned(question, process.stdout),
  askHidden: async (question) => {
    process.stdout.write(question);
    const answer = await questioned('', new Writable({ write: (_chunk, _encoding, done) => done() }));
    process.stdout.write('\n');
    return answer;
  },
};

async function questioned(question: string, output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}
