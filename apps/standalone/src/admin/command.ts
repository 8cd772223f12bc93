import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

import type { Deployment } from './deployment.js';
import { UsageError } from './usage-error.js';

/** What `npm run admin` can do. One file each; `commands.ts` names them all. */
export interface AdminCommand {
  /** The first word. */
  readonly name: string;
  /** One line of the list of commands. */
  readonly summary: string;
  /** What can be typed, and what it does. */
  readonly usage: string;
  /** Besides `--json` and `--help`, which each has. */
  readonly options: ParseArgsOptionsConfig;
  /** Reads what was typed, before anything is opened. @throws UsageError */
  plan(typed: Typed): AdminWork;
}

/** What was typed after the first word. */
export interface Typed {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/**
 * @param tell says how far it is; for people, and not part of the answer
 * @throws LaunchError when it cannot be done, with the reason
 */
export type AdminWork = (deployment: Deployment, tell: (line: string) => void) => Promise<AdminAnswer>;

/** Neither holds a secret or personal data, except the API key that was just made. */
export interface AdminAnswer {
  /** For people. */
  readonly text: string;
  /** The same for programs. */
  readonly json: unknown;
  /** Unless all is well: ends the command with 1. */
  readonly finding?: 'something is left';
}

/** What is to be done, and how it is to be said. */
export type AdminOrder =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'work'; readonly work: AdminWork; readonly form: 'text' | 'json' };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws UsageError */
export function readOrder(args: readonly string[], commands: readonly AdminCommand[]): AdminOrder {
  const [name, ...rest] = args;
  if (name === '--help' || name === '-h') return { kind: 'help', text: overview(commands) };
  const command = commands.find((one) => one.name === name);
  if (command === undefined) throw new UsageError(`What shall be done?\n\n${overview(commands)}`);
  try {
    const { words, options } = parsed(rest, command.options);
    if (options['help'] === true) return { kind: 'help', text: helpOf(command) };
    const form = options['json'] === true ? 'json' : 'text';
    return { kind: 'work', work: command.plan({ words, options }), form };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message}\n\n${helpOf(command)}`, { cause: error });
  }
}

/** @throws UsageError unless it is the id of a request */
export function requestId(word: string | undefined): string {
  if (word !== undefined && UUID.test(word)) return word.toLowerCase();
  throw new UsageError('The id of a request is missing, such as 0c1ed88a-7ff4-49db-a546-862cc8ebe111.');
}

function parsed(args: readonly string[], options: ParseArgsOptionsConfig): Typed {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    return { words: positionals, options: values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'This cannot be read.', { cause: error });
  }
}

function helpOf({ usage }: AdminCommand): string {
  return `Usage: ${usage}

  --json  the answer for programs`;
}

function overview(commands: readonly AdminCommand[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: npm run admin -- <command> …

${lines.join('\n')}

Each says more with --help, and answers programs with --json. It works in the database of DATABASE_URL, or in that of
\`npm start\`. It ends with 0 when it is done, 1 when something was found or could not be done, 2 when it was typed wrongly.`;
}
