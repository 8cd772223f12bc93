import { randomUUID } from 'node:crypto';

import { IdaFault } from '@mts/domain';
import type { IdaClient, PreflightResult } from '@mts/ida-client';
import { createLogger } from '@mts/platform';
import { OpinionStore, SilenceStore } from '@mts/store';

import { assembleProfile, type ProfileGround, type ProfilePieces } from '../profile/assemble.js';
import type { RangeCall } from '../profile/call.js';
import type { Holds } from '../profile/holds.js';
import { OwnHold } from '../profile/own-hold.js';
import type { Preflights } from '../profile/preflights.js';
import { Prober, type ProberParts } from '../profile/prober.js';
import type { ProfileGuard } from '../profile/profile-guard.js';
import { SecondOpinion } from '../profile/second-opinion.js';
import type { SilenceWatch } from '../profile/silence-watch.js';
import type { Bench } from './running-seeder.js';

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
export const BROKEN: PreflightResult = {
  ok: false,
  faultClass: 'configuration',
  code: 'IDA-MPA-003',
  reason: 'IDA: Unable to decrypt Request',
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

  constructor({ database, profile }: Bench, { client, nowMs }: ProfileDeskOptions = {}) {
    const write = (line: string): number => this.logLines.push(line);
    const logger = createLogger({ app: 'spec', level: 'error', write });
    this.own = new OwnHold(randomUUID(), profile, logger, nowMs);
    this.silence = new SilenceStore(database, 'default');
    const opinions = new OpinionStore(database, 'default', this.own.seederId);
    this.opinion = new SecondOpinion(opinions, this.own, PATIENCE_MS);
    this.ground = {
      client: client ?? { preflight: async () => Promise.resolve(this.preflight) },
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

  get preflights(): Preflights {
    return this.pieces.preflights;
  }

  get silences(): SilenceWatch {
    return this.pieces.silences;
  }

  get guard(): ProfileGuard {
    return this.pieces.guard;
  }

  /** One that makes these probes. @param opinion whether another seeder asks this one; as it is found, unless said */
  prober(probes: ProberParts['probes'], opinion: ProberParts['opinion'] = this.opinion): Prober {
    return new Prober({ ...this.ground, ...this.pieces, opinion, probes, preflightIntervalSeconds: 300 });
  }

  /** Calls that IDA leaves without a word one after the other, about these requests. @returns what is said of each */
  async fail(...requestIds: readonly string[]): Promise<string[]> {
    const after: string[] = [];
    for (const [at, requestId] of requestIds.entries())
      after.push(await this.guard.faulted(workOn(requestId, at + 1), SILENT));
    return after;
  }
}

/** A call that is made now. */
export function workOn(requestId: string, line = 1): RangeCall {
  return { requestId, n: 0, line, purpose: 'work', isLastResort: false, sentAtMs: performance.now() };
}
