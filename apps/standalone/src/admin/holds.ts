import {
  type Database,
  type LiftedHold,
  ProfileStore,
  RequestStore,
  type StandingHold,
  standingHolds,
  SteeringStore,
} from '@mts/store';

import { LaunchError } from '../launch-error.js';
import { type AdminAnswer, type AdminCommand, type AdminWork, requestId, type Typed } from './command.js';
import { moment } from './table.js';
import { UsageError } from './usage-error.js';

/** The one IDA profile; its tables have room for more. */
const PROFILE_ID = 'default';

/** What holds work up. */
export const HOLDS: AdminCommand = {
  name: 'holds',
  summary: 'what holds work up and why, and lifting it',
  usage: `npm run admin -- holds list
       npm run admin -- holds lift profile
       npm run admin -- holds lift <request id> [--kind operator|request]

A hold of the profile stops all requests, and ends by itself when IDA can be asked again. One of a request stops only
that: "request" for what its own records brought about, "operator" for a pause. What holds a seeder it ends itself.

  --kind <kind>  which of the two, if a request has both`,
  options: { kind: { type: 'string' } },
  plan,
};

function plan({ words: [verb, subject, ...rest], options: { kind } }: Typed): AdminWork {
  if (rest.length > 0) throw new UsageError(`${rest.join(' ')}: that is too much.`);
  if (kind !== undefined && (verb !== 'lift' || subject === 'profile'))
    throw new UsageError('--kind goes with lift <request id> alone.');
  if (verb === 'list' && subject === undefined) return async ({ database }) => list(database);
  if (verb !== 'lift') throw new UsageError('list or lift?');
  if (subject === 'profile')
    return async ({ database }) => liftProfile(new ProfileStore(database, PROFILE_ID));
  const [id, wanted] = [requestId(subject), kindOf(kind)];
  return async ({ database }) => liftOfRequest(database, id, wanted);
}

function kindOf(kind: unknown): LiftedHold | undefined {
  if (kind === undefined || kind === 'operator' || kind === 'request') return kind;
  throw new UsageError('--kind must be operator or request.');
}

async function list(database: Database): Promise<AdminAnswer> {
  const holds = await standingHolds(database);
  return { text: holds.length === 0 ? 'Nothing holds work up.' : holds.map(said).join('\n\n'), json: holds };
}

function said({ kind, subject, code, reason, since, nextTryAt }: StandingHold): string {
  const what = subject === null ? 'all requests' : `${kind === 'seeder' ? 'seeder' : 'request'} ${subject}`;
  const next = nextTryAt === null ? '' : `, next try ${moment(nextTryAt)}`;
  return `${kind}: ${what}, since ${moment(since)}${next}\n  ${code}: ${reason}`;
}

async function liftProfile(profile: ProfileStore): Promise<AdminAnswer> {
  const hold = await profile.currentHold();
  if (hold === undefined || !(await profile.lift()))
    throw new LaunchError('Nothing holds all requests up (any more): see holds list.');
  return {
    text: `The hold of all requests (${hold.code}) is lifted. The seeders go on within a second; if nothing was mended, the next calls that fail hold them again.`,
    json: { lifted: { kind: 'profile', code: hold.code, since: hold.since } },
  };
}

async function liftOfRequest(
  database: Database,
  id: string,
  wanted: LiftedHold | undefined,
): Promise<AdminAnswer> {
  const own = await holdsOf(database, id);
  const hold = own.find(({ kind }) => wanted === undefined || kind === wanted);
  if (hold === undefined)
    throw new LaunchError(`Request ${id} has no such hold of its own (any more): see holds list.`);
  if (wanted === undefined && own.some(({ kind }) => kind !== hold.kind)) {
    throw new LaunchError(
      `Request ${id} is held twice: --kind operator lifts its pause, --kind request what its own records brought about.`,
    );
  }
  await new SteeringStore(database, new RequestStore(database)).resume(id, hold.kind);
  const left = (await standingHolds(database)).filter(({ subject }) => subject === id || subject === null);
  const rest =
    left.length === 0 ? 'It goes on within seconds.' : `It is still held:\n\n${left.map(said).join('\n\n')}`;
  return {
    text: `The hold "${hold.kind}" of request ${id} (${hold.code}) is lifted. ${rest}`,
    json: { lifted: { kind: hold.kind, requestId: id, code: hold.code, since: hold.since }, left },
  };
}

type OwnHold = StandingHold & { readonly kind: LiftedHold };

async function holdsOf(database: Database, id: string): Promise<readonly OwnHold[]> {
  const holds = await standingHolds(database);
  return holds.filter(
    (hold): hold is OwnHold => hold.subject === id && (hold.kind === 'operator' || hold.kind === 'request'),
  );
}
