import { randomUUID } from 'node:crypto';

import { IdaFault } from '@mts/domain';
import type { IdaClient, PreflightResult } from '@mts/ida-client';
import { createLogger } from '@mts/platform';
import { OpinionStore, SilenceStore } from '@mts/store';

import { assembleProfile, type ProfileGround, type ProfilePieces } from '../profile/assemble.js';
import type { CallPurpose, RangeCall } from '../profile/call.js';
import type { Holds } from '../profile/holds.js';
import { OwnHold } from '../profile/own-hold.js';
import type { Patience } from '../profile/patience.js';
import type { Preflights } from '../profile/preflights.js';
import { Prober, type ProberParts } from '../profile/prober.js';
import type { ProfileGuard } from '../profile/profile-guard.js';
import { type FailedPreflight, SecondOpinion } from '../profile/second-opinion.js';
import type { SilenceWatch } from '../profile/silence-watch.js';
import { Bench } from './running-seeder.js';

/** How long another seeder is waited for. */
const PATIENCE_MS = 1000;

/** IDA refused the set-up. */
export const REFUSED = new IdaFault(
  'configuration',
  'profile',
  'not-asked',
  'IDA-MPA-003',
  'IDA: Unable to decrypt Request',
);
/** So does a preflight that meets it. */
export const BROKEN: FailedPreflight = {
  ok: false,
  faultClass: 'configuration',
  code: 'IDA-MPA-003',
  reason: 'IDA: Unable to decrypt Request',
};
/** IDA refuses the time of this machine. */
export const CLOCK: FailedPreflight = {
  ok: false,
  faultClass: 'client',
  code: 'IDA-MLC-001',
  reason: 'its clock is off',
};
/** Found after the look-up, where no preflight comes. */
export const BLOCKED = new IdaFault(
  'configuration',
  'profile',
  'unknown',
  'IDA-MLC-022',
  'IDA: Partner is blocked',
);
/** IDA said nothing. */
export const SILENT = new IdaFault(
  'transient',
  'record',
  'unknown',
  'MTS-IDA-102',
  'IDA did not answer in time',
);

export interface ProfileDeskOptions {
  /** Where preflights are to come to something else than {@link ProfileDesk.preflight}. */
  readonly client?: Pick<IdaClient, 'preflight'>;
  /** The clock of the hold of this seeder. */
  readonly nowMs?: () => number;
}

/** What decides in one seeder whether anybody may be asked, on the database of a bench; its calls are made up. */
export class ProfileDesk {
  /** What preflights come to. */
  preflight: PreflightResult = { ok: true };
  logLines: string[] = [];
  /** How often all work of the process was stopped. */
  stops = 0;
  /** What else was done to its calls. */
  readonly gate: string[] = [];
  readonly own: OwnHold;
  readonly silence: SilenceStore;
  readonly opinion: SecondOpinion;
  private readonly ground: ProfileGround;
  private readonly pieces: ProfilePieces;

  constructor(
    private readonly bench: Bench,
    { client, nowMs }: ProfileDeskOptions = {},
  ) {
    const { database, profile } = bench;
    const write = (line: string): number => this.logLines.push(line);
    const logger = createLogger({ app: 'spec', level: 'error', write });
    this.own = new OwnHold(randomUUID(), profile, logger, nowMs);
    this.silence = new SilenceStore(database, 'default');
    const opinions = new OpinionStore(database, 'default', this.own.seederId);
    const asked = client ?? { preflight: async () => Promise.resolve(this.preflight) };
    this.opinion = new SecondOpinion(opinions, this.own, PATIENCE_MS, asked);
    this.ground = {
      client: asked,
      database,
      profile,
      silence: this.silence,
      own: this.own,
      opinion: this.opinion,
      work: {
        stop: (requestId) => (requestId === undefined ? (this.stops += 1) : this.gate.push(requestId)),
        pause: () => this.gate.push('paused'),
        goOn: () => this.gate.push('goes on'),
      },
      logger,
    };
    this.pieces = assembleProfile(this.ground);
  }

  get holds(): Holds {
    return this.pieces.holds;
  }

  get patience(): Patience {
    return this.pieces.patience;
  }

  get preflights(): Preflights {
    return this.pieces.preflights;
  }

  get silences(): SilenceWatch {
    return this.pieces.silences;
  }

  get guard(): ProfileGuard {
    return this.pieces.guard;
  }

  /** One whose probes find nobody to ask about. @param opinion whether another seeder asks this one; as it is found, unless said */
  prober(opinion: ProberParts['opinion'] = this.opinion): Prober {
    const probes = { ofProfile: nothingWaits, ofRequest: nothingWaits, ofSeeder: nothingWaits };
    return new Prober({ ...this.ground, ...this.pieces, opinion, probes, preflightIntervalSeconds: 300 });
  }

  /** Calls that meet a fault one after the other, about the lines 1, 2, … of these requests. @returns what is said of each */
  async meet(fault: IdaFault, ...requestIds: readonly string[]): Promise<string[]> {
    return this.meetOn((at) => at + 1, fault, requestIds);
  }

  /** The same, each about the first person of its request, again and again. */
  async meetAgain(fault: IdaFault, ...requestIds: readonly string[]): Promise<string[]> {
    return this.meetOn(() => 1, fault, requestIds);
  }

  /** Calls as in {@link meet} that IDA leaves without a word. */
  async fail(...requestIds: readonly string[]): Promise<string[]> {
    return this.meet(SILENT, ...requestIds);
  }

  /** This seeder lives, as the others see it. */
  async join(): Promise<void> {
    await this.addSeeders([this.own.seederId]);
  }

  /** Others live beside it, which do nothing. */
  async joinOthers(count = 1): Promise<void> {
    await this.addSeeders(Array.from({ length: count }, () => randomUUID()));
  }

  private async meetOn(
    lineOf: (at: number) => number,
    fault: IdaFault,
    requestIds: readonly string[],
  ): Promise<string[]> {
    const after: string[] = [];
    for (const [at, requestId] of requestIds.entries())
      after.push(await this.guard.faulted(workOn(requestId, lineOf(at)), fault));
    return after;
  }

  /** Without a beat, however long a test takes. */
  private async addSeeders(ids: readonly string[]): Promise<void> {
    await this.bench.database.query(
      `INSERT INTO seeder (id, in_flight_max, seen_at)
       SELECT id, 1, now() + interval '1 hour' FROM unnest($1::uuid[]) AS id`,
      [ids],
    );
  }
}

/** A desk on a bench of its own, and a list of one person that was handed in there. */
export async function openDesk(): Promise<{ bench: Bench; desk: ProfileDesk; id: string }> {
  const bench = await Bench.open();
  return { bench, desk: new ProfileDesk(bench), id: await bench.submit(['1001']) };
}

/** A call that is made now. */
export function workOn(requestId: string, line = 1): RangeCall {
  return { requestId, n: 0, line, purpose: 'work', isLastResort: false, sentAtMs: performance.now() };
}

/** One that is to end a hold, about the first person of a list. */
export function probeOn(
  requestId: string,
  purpose: Exclude<CallPurpose, 'work'> = 'profile probe',
): RangeCall {
  return { ...workOn(requestId), purpose };
}

async function nothingWaits(): Promise<'nothing waits'> {
  return Promise.resolve('nothing waits');
}
