import { type DeadLetter, type DeadLetterName, DeadLetterStore, type PutBack } from '@mts/store';

import { LaunchError } from '../launch-error.js';
import { type AdminAnswer, type AdminCommand, type AdminWork, requestId, type Typed } from './command.js';
import { counted, moment, table } from './table.js';
import { UsageError } from './usage-error.js';

/** What the system has given up on. */
export const DEAD_LETTERS: AdminCommand = {
  name: 'dead-letters',
  summary: 'what was given up on and waits for a decision: list it, put it back',
  usage: `npm run admin -- dead-letters list
       npm run admin -- dead-letters put-back <id> | --all

What has failed for good and waits for you: deliveries, pulls, and ranges of a list that were set aside after repeated
unexpected faults. Put back what you have mended the cause of; it is worked on again within seconds.

  <id>   as the list shows it
  --all  everything that can be put back`,
  options: { all: { type: 'boolean' } },
  plan,
};

function plan({ words: [verb, id, ...rest], options: { all } }: Typed): AdminWork {
  if (rest.length > 0) throw new UsageError(`${rest.join(' ')}: that is too much.`);
  if (verb === 'list' && id === undefined) {
    if (all === true) throw new UsageError('--all goes with put-back: list shows them all anyway.');
    return async ({ database }) => list(new DeadLetterStore(database));
  }
  if (verb !== 'put-back') throw new UsageError('list or put-back?');
  if (all === true) {
    if (id !== undefined) throw new UsageError('Either one id or --all.');
    return async ({ database }) => putAllBack(new DeadLetterStore(database));
  }
  const name = readName(id);
  return async ({ database }) => putBack(new DeadLetterStore(database), name);
}

/** `delivery/<request id>`, `pull/<request id>`, `range/<request id>/<n>`. */
function idOf(name: DeadLetterName): string {
  return name.kind === 'range'
    ? `range/${name.requestId}/${String(name.n)}`
    : `${name.kind}/${name.requestId}`;
}

function readName(id = ''): DeadLetterName {
  const [kind, request, n, ...rest] = id.split('/');
  if (rest.length === 0 && kind === 'range' && n !== undefined && /^\d{1,9}$/.test(n))
    return { kind, requestId: requestId(request), n: Number(n) };
  if (n === undefined && (kind === 'delivery' || kind === 'pull'))
    return { kind, requestId: requestId(request) };
  throw new UsageError('The id is missing: as dead-letters list shows it, or --all.');
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
  if (done !== 'put back') throw new LaunchError(WHY_NOT[done]);
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
