import { type DeadLetter, type DeadLetterName, DeadLetterStore, type PutBack } from '@mts/store';
import { type Command, InvalidArgumentError } from 'commander';

import { type AdminAnswer, type AdminCommand, uuid } from './command.js';
import { AdminError } from './outcome.js';
import { counted, moment, table } from './table.js';

/** What the system has given up on. */
export const DEAD_LETTERS: AdminCommand = {
  name: 'dead-letters',
  summary: 'what was given up on and waits for a decision: list it, put it back',
  define: (command, order) => {
    command.description(
      `What has failed for good and waits for you: deliveries, pulls, and ranges of a list that were set aside after repeated
unexpected faults. Put back what you have mended the cause of; it is worked on again within seconds.`,
    );
    command
      .command('list')
      .description('shows what was given up on, and why')
      .action(() => order(async ({ database }) => list(new DeadLetterStore(database))));
    const putsBack: Command = command.command('put-back').description('has it tried again');
    putsBack
      .argument('[id]', 'as the list shows it', readName)
      .option('--all', 'everything that can be put back')
      .action((name: DeadLetterName | undefined, { all = false }: { all?: boolean }) => {
        if (all === (name !== undefined))
          putsBack.error('either an id, as dead-letters list shows it, or --all');
        order(async ({ database }) => {
          const store = new DeadLetterStore(database);
          return name === undefined ? putAllBack(store) : putBack(store, name);
        });
      });
  },
};

/** `delivery/<request id>`, `pull/<request id>`, `range/<request id>/<n>`. */
function idOf(name: DeadLetterName): string {
  return name.kind === 'range'
    ? `range/${name.requestId}/${String(name.n)}`
    : `${name.kind}/${name.requestId}`;
}

/** @throws InvalidArgumentError */
function readName(id: string): DeadLetterName {
  const [kind, request = '', n, ...rest] = id.split('/');
  if (rest.length === 0 && kind === 'range' && n !== undefined && /^\d{1,9}$/.test(n))
    return { kind, requestId: uuid(request), n: Number(n) };
  if (n === undefined && (kind === 'delivery' || kind === 'pull')) return { kind, requestId: uuid(request) };
  throw new InvalidArgumentError(
    'It is delivery/<request id>, pull/<request id> or range/<request id>/<n>, as dead-letters list shows it.',
  );
}

async function list(store: DeadLetterStore): Promise<AdminAnswer> {
  const letters = await store.list();
  const json = letters.map((letter) => ({ id: idOf(letter), ...letter }));
  if (letters.length === 0) return { text: 'Nothing was given up on.', json };
  const rows = letters.map((letter) => [idOf(letter), moment(letter.since), letter.code, letter.reason]);
  const advice = 'Mend the cause, then: npm run admin -- dead-letters put-back <id>';
  return { text: [table(['id', 'since', 'code', 'why'], rows), '', advice].join('\n'), json };
}

async function putBack(store: DeadLetterStore, name: DeadLetterName): Promise<AdminAnswer> {
  const done = await store.putBack(name);
  if (done !== 'put back') throw new AdminError(done === 'none' ? 'not-found' : 'failed', WHY_NOT[done]);
  return { text: `${idOf(name)} is put back.`, json: { putBack: [idOf(name)], left: [] } };
}

async function putAllBack(store: DeadLetterStore): Promise<AdminAnswer> {
  const outcomes: { letter: DeadLetter; done: PutBack }[] = [];
  for (const letter of await store.list()) outcomes.push({ letter, done: await store.putBack(letter) });
  const ids = (of: PutBack): string[] =>
    outcomes.filter(({ done }) => done === of).map(({ letter }) => idOf(letter));
  const [back, left] = [ids('put back'), ids('source erased')];
  const lines = [
    `${counted(back.length, 'dead letter')} put back.`,
    ...back,
    ...(left.length === 0 ? [] : ['', `Left, for each of them: ${WHY_NOT['source erased']}`, ...left]),
  ];
  return { text: lines.join('\n'), json: { putBack: back, left } };
}

const WHY_NOT = {
  'source erased':
    'a pull that has failed cannot be put back, because how to get to its source was erased with it: have the list handed in anew.',
  none: 'There is no dead letter of this id (any more): see dead-letters list.',
} as const satisfies Record<Exclude<PutBack, 'put back'>, string>;
