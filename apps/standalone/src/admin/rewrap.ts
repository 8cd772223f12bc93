import {
  checkValue,
  DataKeyUnwrapError,
  KekError,
  type KekProvider,
  type KeyEncryptionKey,
  type MountedKeks,
  unwrapDataKey,
  wrapDataKey,
} from '@mts/crypto';
import {
  type Database,
  keksInUse,
  type KekUse,
  kekUse,
  notedKeks,
  replaceWrappedKeys,
  type WrappedKey,
  wrappedKeysOf,
} from '@mts/store';

import type { AdminAnswer, AdminCommand } from './command.js';
import type { Deployment } from './deployment.js';
import { AdminError } from './outcome.js';
import { counted } from './table.js';

/** In one statement; few enough that nobody who erases one of them waits. */
const SUBJECTS_AT_ONCE = 500;
const TOLD_EVERY_KEYS = 10_000;

/** Exchanges the key-encryption key. */
export const REWRAP: AdminCommand = {
  name: 'rewrap',
  summary: 'wrap the keys of all requests with the present key-encryption key, while everything runs',
  define: (command, order) => {
    command
      .description(
        `Wraps the keys of all requests that a former key-encryption key has wrapped with the one that serves now, while
everything runs, and says which keys are not needed any more. It can be broken off and run again at any time. The apps
must have been started with both keys before, see docs/guide/looking-after-it.md. No record is read or written. Ends with 4 while a former key is needed yet.`,
      )
      .action(() => order(rewrap));
  },
};

async function rewrap(
  { database, openKeks }: Deployment,
  tell: (line: string) => void,
): Promise<AdminAnswer> {
  const keks = await openKeks();
  const current = await keks.current(new Date());
  await assertServing(database, keks, current);
  const formerIds = await formerInUse(database, current);
  // One that is not there is found before anything is written.
  const openers = await Promise.all(formerIds.map(async (id) => keks.byId(id)));
  const done: Rewrapped = { keys: 0, broken: [] };
  for (const former of openers) await rewrapAllOf(database, { former, current, done, tell });
  const left = await formerInUse(database, current);
  const uses = new Map<string, KekUse>();
  for (const id of left) {
    const use = await kekUse(database, id, done.broken);
    if (use.subjects > 0) uses.set(id, use);
  }
  const former = new Set([...formerIds, ...(await mountedFormer(database, keks, current))]);
  const free = [...former].filter((id) => !left.includes(id));
  return answer({ current: current.id, files: keks.files, left, free }, done, uses);
}

async function formerInUse(database: Database, current: KeyEncryptionKey): Promise<readonly string[]> {
  return (await keksInUse(database)).filter((id) => id !== current.id).toSorted();
}

/** Keys that have served and are mounted still; one that has yet to serve is not among them. */
async function mountedFormer(
  database: Database,
  { files }: MountedKeks,
  current: KeyEncryptionKey,
): Promise<readonly string[]> {
  const served = new Set((await notedKeks(database)).map(({ id }) => id));
  return files.map(({ id }) => id).filter((id) => id !== current.id && served.has(id));
}

/** One key that the apps do not have would make everything unreadable for them. @throws LaunchError */
async function assertServing(
  database: Database,
  keks: KekProvider,
  current: KeyEncryptionKey,
): Promise<void> {
  for (const { id, checkValue: noted } of await notedKeks(database)) {
    // Of day keys any one will do: they lie in the same directory.
    if (id !== current.id && !(isDayKey(id) && isDayKey(current.id))) continue;
    const kek = await keks.byId(id).catch(ifGone);
    if (kek !== undefined && checkValue(kek).equals(noted)) return;
  }
  throw new AdminError(
    'failed',
    `No app has been started with the key-encryption key ${current.id}: start all of them with it first, and with the former ones beside it.`,
  );
}

/** A day key whose day is over. */
function ifGone(error: unknown): undefined {
  if (!(error instanceof KekError)) throw error;
}

interface Rewrapped {
  keys: number;
  /** Of which a key does not open, so that nobody can ever read what it has sealed. */
  readonly broken: string[];
}

interface Exchange {
  readonly former: KeyEncryptionKey;
  readonly current: KeyEncryptionKey;
  readonly done: Rewrapped;
  readonly tell: (line: string) => void;
}

async function rewrapAllOf(database: Database, exchange: Exchange): Promise<void> {
  const { former, done, tell } = exchange;
  let tellAt = done.keys + TOLD_EVERY_KEYS;
  let afterSubject: string | null = null;
  for (;;) {
    const keys: readonly WrappedKey[] = await wrappedKeysOf(
      database,
      former.id,
      afterSubject,
      SUBJECTS_AT_ONCE,
    );
    const last = keys.at(-1);
    if (last === undefined) return;
    // The keys of a request are all wrapped with the same one.
    const pairs = keys
      .flatMap((key) => rewrapOne(key, exchange))
      .filter(({ before }) => !done.broken.includes(before.subject));
    const [before, anew] = [pairs.map((pair) => pair.before), pairs.map((pair) => pair.anew)];
    done.keys += await replaceWrappedKeys(database, before, anew);
    afterSubject = last.subject;
    if (done.keys < tellAt) continue;
    tellAt = done.keys + TOLD_EVERY_KEYS;
    tell(`${counted(done.keys, 'key')} wrapped anew so far, now those of ${former.id}`);
  }
}

interface Pair {
  readonly before: WrappedKey;
  readonly anew: Pick<WrappedKey, 'kekId' | 'wrapped'>;
}

function rewrapOne(before: WrappedKey, { former, current, done }: Exchange): readonly Pair[] {
  const { subject, purpose, wrapped } = before;
  try {
    const dataKey = unwrapDataKey(wrapped, former, subject, purpose);
    return [
      { before, anew: { kekId: current.id, wrapped: wrapDataKey(dataKey, current, subject, purpose) } },
    ];
  } catch (error) {
    if (!(error instanceof DataKeyUnwrapError)) throw error;
    if (!done.broken.includes(subject)) done.broken.push(subject);
    return [];
  }
}

interface Exchanged {
  readonly current: string;
  readonly files: MountedKeks['files'];
  /** Former keys that something is wrapped with yet. */
  readonly left: readonly string[];
  /** Those that nothing is wrapped with any more. */
  readonly free: readonly string[];
}

function answer(
  { current, files, left, free }: Exchanged,
  { keys: rewrapped, broken }: Rewrapped,
  uses: ReadonlyMap<string, KekUse>,
): AdminAnswer {
  const lines = [
    rewrapped === 0
      ? `Nothing was to be wrapped anew with ${current}.`
      : `${counted(rewrapped, 'key')} wrapped anew with ${current}.`,
    ...free.map((id) => `No request needs ${id} any more: ${isDayKey(id) ? WHEN_DAY : whenFile(id, files)}`),
    ...(left.length + free.length === 0 ? [`No request needs another key than ${current}.`] : []),
    ...[...uses].map(([id, use]) => stillNeeded(id, use)),
    ...broken.map(toBeErased),
    ...left.filter((id) => !uses.has(id)).map((id) => `Nothing else needs ${id}.`),
  ];
  const json = {
    current,
    rewrapped,
    noLongerNeeded: free,
    stillNeeded: [...uses].map(([id, use]) => ({ id, ...use })),
    broken,
  };
  const said = { text: lines.join('\n'), json };
  return left.length === 0 ? said : { ...said, finding: 'something-is-left' };
}

function toBeErased(id: string): string {
  return `A key of ${id} does not open, and nobody can read what it has sealed. Erase that, and run this again: npm run admin -- erase ${id}`;
}

function whenFile(id: string, files: MountedKeks['files']): string {
  const file = files.find((one) => one.id === id)?.file;
  return `start the apps without its file${file === undefined ? '' : ` (${file})`}, then destroy that.`;
}

const WHEN_DAY =
  'the housekeeping destroys it when its time is over, or you do where day keys serve no more.';

function stillNeeded(id: string, { subjects, untilArchived }: KekUse): string {
  const [requests, need] = [counted(subjects, 'request'), subjects === 1 ? 'needs' : 'need'];
  if (untilArchived === subjects) {
    const [they, are] = subjects === 1 ? ['it expires', 'is'] : ['they expire', 'are'];
    return `${requests} from before the upgrade to this version ${need} ${id} until ${they} or ${are} erased: keep it so long, and run this again.`;
  }
  return `${requests} still ${need} ${id}, so an app still wraps with it: start all apps with ${id} as a former key, and run this again.`;
}

function isDayKey(id: string): boolean {
  return id.startsWith('day-');
}
