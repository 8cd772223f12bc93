import { type DeadLetter, type DeadLetterName, DeadLetterStore, type PutBack } from '@mts/store';
import { type Command, InvalidArgumentError } from 'commander';

import { type AdminAnswer, type AdminCommand, uuid } from './command.js';
import { giveUp } from './give-up.js';
import { AdminError } from './outcome.js';
import { counted, moment } from './table.js';

/** What the system has given up on. */
export const DEAD_LETTERS: AdminCommand = {
  name: 'dead-letters',
  summary: 'what was given up on and waits for a decision: list it, put it back, do without it',
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
    const givesUp: Command = command
      .command('give-up')
      .description('ends the records of a range that cannot be read any more, so that its list can end');
    givesUp
      .argument('<id>', 'range/<request id>/<n>, as the list shows it', readName)
      .action((name: DeadLetterName) => {
        if (name.kind !== 'range')
          givesUp.error(
            'only a range has records that can be given up; what can be done about others stands in dead-letters list',
          );
        else order(async (deployment) => giveUp(deployment, name));
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
  return { text: letters.map(said).join('\n\n'), json };
}

function said(letter: DeadLetter): string {
  const { since, code, reason } = letter;
  return [`${idOf(letter)}, since ${moment(since)}`, `  ${code}: ${reason}`, `  ${wayOut(letter)}`].join(
    '\n',
  );
}

function wayOut(letter: DeadLetter): string {
  if (letter.kind === 'pull') return handedInAnew(letter.requestId);
  const back = `Once its cause is mended: npm run admin -- dead-letters put-back ${idOf(letter)}`;
  if (letter.kind === 'delivery')
    return `${back}\n  Or without it, with results that can be downloaded all the same: POST /authtoken/requests/${letter.requestId}/cancel`;
  if (letter.code !== RECORDS_BROKEN) return back;
  return `${back}\n  Or without the records that cannot be read: npm run admin -- dead-letters give-up ${idOf(letter)}`;
}

/** Of a range: what it stumbles on is what was stored of its records. */
const RECORDS_BROKEN = 'SealBrokenError';

/** A pull that has failed keeps no password of its source, so that nobody but its caller can have it begun again. */
function handedInAnew(requestId: string): string {
  return `Once its cause is mended, its caller hands it in anew: POST /authtoken/odk, with another Idempotency-Key. Off this list: npm run admin -- erase ${requestId}`;
}

async function putBack(store: DeadLetterStore, name: DeadLetterName): Promise<AdminAnswer> {
  const done = await store.putBack(name);
  if (done === 'none') throw new AdminError('not-found', NONE);
  if (done === 'source erased')
    throw new AdminError('failed', `${SOURCE_ERASED} ${handedInAnew(name.requestId)}`);
  return { text: `${idOf(name)} is put back.`, json: { putBack: [idOf(name)], left: [] } };
}

async function putAllBack(store: DeadLetterStore): Promise<AdminAnswer> {
  const outcomes: { letter: DeadLetter; done: PutBack }[] = [];
  for (const letter of await store.list()) outcomes.push({ letter, done: await store.putBack(letter) });
  const of = (wanted: PutBack): DeadLetter[] =>
    outcomes.filter(({ done }) => done === wanted).map(({ letter }) => letter);
  const [back, left] = [of('put back'), of('source erased')];
  const lines = [
    `${counted(back.length, 'dead letter')} put back.`,
    ...back.map(idOf),
    ...(left.length === 0 ? [] : ['', `${SOURCE_ERASED} Left:`]),
    ...left.flatMap((letter) => [idOf(letter), `  ${wayOut(letter)}`]),
  ];
  return { text: lines.join('\n'), json: { putBack: back.map(idOf), left: left.map(idOf) } };
}

const SOURCE_ERASED =
  'A pull that has failed cannot be put back: how to get to its source was erased with it.';
const NONE = 'There is no dead letter of this id (any more): see dead-letters list.';
