import { Command, CommanderError, InvalidArgumentError } from 'commander';

import type { Deployment } from './deployment.js';
import { AdminError } from './outcome.js';

/** What `npm run admin` can do. One file each; `commands.ts` names them all. */
export interface AdminCommand {
  /** The first word. */
  readonly name: string;
  /** One line of the list of commands. */
  readonly summary: string;
  /** Says what can be typed after the first word, and has it ordered; nothing is opened yet. */
  readonly define: (command: Command, order: (work: AdminWork) => void) => void;
}

/**
 * @param tell says how far it is; for people, and not part of the answer
 * @throws AdminError when it cannot be done, with the reason
 */
export type AdminWork = (deployment: Deployment, tell: (line: string) => void) => Promise<AdminAnswer>;

/** Neither holds a secret or personal data, except the API key that was just made. */
export interface AdminAnswer {
  /** For people. */
  readonly text: string;
  /** The same for programs. */
  readonly json: unknown;
  /** Unless all is well. */
  readonly finding?: 'something-is-left';
}

/** What is to be done. */
export type AdminOrder =
  { readonly kind: 'help'; readonly text: string } | { readonly kind: 'work'; readonly work: AdminWork };

/** @throws AdminError that says what was typed wrongly */
export function readOrder(args: readonly string[], commands: readonly AdminCommand[]): AdminOrder {
  let work: AdminWork | undefined;
  let shown = '';
  const admin = overview((text) => (shown += text));
  for (const { name, summary, define } of commands) {
    const command = admin.command(name).summary(summary).helpCommand(false);
    define(command, (ordered) => (work = ordered));
  }
  try {
    admin.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'help', text: shown.trimEnd() };
    throw new AdminError('wrong-use', wrongUse(error, shown), { cause: error });
  }
  if (work === undefined) throw new Error('a command that can be typed orders nothing');
  return { kind: 'work', work };
}

function overview(show: (text: string) => void): Command {
  return (
    new Command('npm run admin --')
      .usage('<command> …')
      .option('--json', 'the answer for programs')
      .helpOption('-h, --help', 'what can be typed')
      .helpCommand(false)
      // Wrapped as wide as the terminal is.
      .configureHelp({
        showGlobalOptions: true,
        commandDescription: (command) => command.description().replaceAll('\n', ' '),
      })
      .configureOutput({ writeOut: show, writeErr: show, outputError: () => undefined })
      .exitOverride()
      .addHelpText(
        'after',
        `
Each says more with --help. It works on the \`npm start\` of this folder, or on DATABASE_URL, and says on which. It ends
with 0 when it is done, 1 when it failed, 2 when it was typed wrongly, 3 when what was named is not there, and 4 when
something is left that ought not to be.`,
      )
  );
}

/** @param help what is shown where a command was left out */
function wrongUse({ code, message }: CommanderError, help: string): string {
  return code === 'commander.help'
    ? `What shall be done?\n\n${help.trimEnd()}`
    : `${message.replace(/^error: /, '').replace(/^./, (first) => first.toUpperCase())}\n--help shows what can be typed.`;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const LOOKS = 'An id looks like 0c1ed88a-7ff4-49db-a546-862cc8ebe111';

/** Reads an id of ours. @throws InvalidArgumentError */
export function uuid(word: string): string {
  if (UUID.test(word)) return word.toLowerCase();
  throw new InvalidArgumentError(`${LOOKS}.`);
}

/** Reads an id of ours, or the one word that may stand in its place. @throws InvalidArgumentError */
export function uuidOr(other: string, word: string): string {
  if (word === other || UUID.test(word)) return word.toLowerCase();
  throw new InvalidArgumentError(`${LOOKS}; "${other}" can stand here too.`);
}
