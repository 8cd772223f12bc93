import { type ErrorCode, errorText } from '@mts/domain';
import {
  type Database,
  FAULTS_MAX,
  type LiftedHold,
  ProfileStore,
  RANGES_SET_ASIDE,
  RANGES_STUMBLED,
  RequestStore,
  type StandingHold,
  standingHolds,
  SteeringStore,
} from '@mts/store';
import { Option } from 'commander';

import { type AdminAnswer, type AdminCommand, uuidOr } from './command.js';
import { AdminError } from './outcome.js';
import { moment } from './table.js';

/** The one IDA profile; its tables have room for more. */
const PROFILE_ID = 'default';

/** What holds work up. */
export const HOLDS: AdminCommand = {
  name: 'holds',
  summary: 'what holds work up and why, and lifting it',
  define: (command, order) => {
    command.description(
      `A hold of the profile stops all requests, and ends by itself when IDA can be asked again. One of a request stops only
that: "request" for what its own records brought about, "operator" for a pause. What holds a seeder it ends itself.`,
    );
    command
      .command('list')
      .description('shows what holds work up, and why')
      .action(() => order(async ({ database }) => list(database)));
    const lift = command.command('lift').description('has work go on that a hold stops');
    lift
      .argument('<subject>', '"profile", or the id of a request', (word) => uuidOr(PROFILE, word))
      .addOption(
        new Option('--kind <kind>', 'which of the two, if a request has both').choices([
          'operator',
          'request',
        ]),
      )
      .action((subject: string, { kind }: { kind?: LiftedHold }) => {
        if (subject !== PROFILE) return order(async ({ database }) => liftOfRequest(database, subject, kind));
        if (kind !== undefined) lift.error('--kind goes with the id of a request alone');
        order(async ({ database }) => liftProfile(new ProfileStore(database, PROFILE_ID)));
      });
  },
};

const PROFILE = 'profile';
const PAUSED = 'MTS-REQ-007' satisfies ErrorCode;

async function list(database: Database): Promise<AdminAnswer> {
  const holds = await standingHolds(database);
  return { text: holds.length === 0 ? 'Nothing holds work up.' : holds.map(said).join('\n\n'), json: holds };
}

function said(hold: StandingHold): string {
  const { kind, code, since, nextTryAt } = hold;
  const next = nextTryAt === null ? '' : `, next try ${moment(nextTryAt)}`;
  return [
    `${kind}: ${whatIsHeld(hold)}, since ${moment(since)}${next}`,
    `  ${code}: ${reasonOf(hold)}`,
    ...(isOwn(hold) ? waysOut(hold).map((way) => `  ${way}`) : []),
  ].join('\n');
}

/** Of parts on which the program stumbles a lift alone ends nothing: they stumble again unless something was mended. */
function waysOut({ subject, code, nextTryAt }: OwnHold): readonly string[] {
  const lift = `npm run admin -- holds lift ${subject}`;
  if (code === RANGES_STUMBLED)
    return [
      `Once its cause is mended, tried again at once with: ${lift}`,
      `Else leave it: after ${String(FAULTS_MAX)} failed tries in a row it is set aside, and holds list then says how to end it. A lift has them counted from the beginning.`,
    ];
  if (code === RANGES_SET_ASIDE)
    return [
      'Which lines, why, and what can be done: npm run admin -- dead-letters list',
      `Once its cause is mended, all parts are tried again with: ${lift}`,
    ];
  return [`${nextTryAt === null ? 'Ends with' : 'Or ends at once with'}: ${lift}`];
}

function whatIsHeld({ kind, subject, host, processId }: StandingHold): string {
  if (subject === null) return 'all requests';
  if (kind !== 'seeder') return `request ${subject}`;
  return host === null ? `seeder ${subject}` : `process ${String(processId)} on ${host} (seeder ${subject})`;
}

/** Callers are told which call of the API ends a pause; here it is the command beside it. */
function reasonOf({ code, reason }: StandingHold): string {
  return code === PAUSED || code === RANGES_SET_ASIDE ? errorText(code) : reason;
}

const NOTHING_TO_LIFT = 'Nothing holds all requests up (any more): see holds list.';
const ALL_HOLD_THEMSELVES =
  'Nobody is asked, but there is no hold to lift: all seeders hold themselves, each until its own fault is gone. Mend what holds list names; POST /authtoken/preflight then has all of them try at once.';

async function liftProfile(profile: ProfileStore): Promise<AdminAnswer> {
  const hold = await profile.currentHold();
  if (hold === undefined || !(await profile.lift())) {
    const areAllSeedersHeld = (await profile.holdOfAll()) !== undefined;
    throw new AdminError('not-found', areAllSeedersHeld ? ALL_HOLD_THEMSELVES : NOTHING_TO_LIFT);
  }
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
  const requests = new RequestStore(database);
  if ((await requests.find(id)) === null) throw new AdminError('not-found', `There is no request ${id}.`);
  const own = await holdsOf(database, id);
  const hold = own.find(({ kind }) => wanted === undefined || kind === wanted);
  if (hold === undefined)
    throw new AdminError(
      'not-found',
      `Request ${id} has no such hold of its own (any more): see holds list.`,
    );
  if (wanted === undefined && own.some(({ kind }) => kind !== hold.kind)) {
    throw new AdminError(
      'wrong-use',
      `Request ${id} is held twice: --kind operator lifts its pause, --kind request what its own records brought about.`,
    );
  }
  await new SteeringStore(database, requests).resume(id, hold.kind);
  const left = (await standingHolds(database)).filter(({ subject }) => subject === id || subject === null);
  const rest = left.length === 0 ? whatFollows(hold) : `It is still held:\n\n${left.map(said).join('\n\n')}`;
  return {
    text: `The hold "${hold.kind}" of request ${id} (${hold.code}) is lifted. ${rest}`,
    json: { lifted: { kind: hold.kind, requestId: id, code: hold.code, since: hold.since }, left },
  };
}

function whatFollows({ code }: StandingHold): string {
  if (code !== RANGES_STUMBLED && code !== RANGES_SET_ASIDE) return 'It goes on within seconds.';
  return `Its parts are tried again within seconds. What still fails ${String(FAULTS_MAX)} times in a row, within about two minutes, is set aside then: npm run admin -- dead-letters list`;
}

type OwnHold = StandingHold & { readonly kind: LiftedHold; readonly subject: string };

function isOwn(hold: StandingHold): hold is OwnHold {
  return hold.subject !== null && (hold.kind === 'operator' || hold.kind === 'request');
}

async function holdsOf(database: Database, id: string): Promise<readonly OwnHold[]> {
  const holds = await standingHolds(database);
  return holds.filter(isOwn).filter(({ subject }) => subject === id);
}
