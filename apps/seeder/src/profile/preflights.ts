import type { IdaClient, PreflightResult } from '@mts/ida-client';
import type { Logger } from '@mts/platform';
import type { Database, ProfileStore } from '@mts/store';

import type { Holds } from './holds.js';
import { PreflightLog } from './preflight-log.js';
import { reasonOf } from './reason.js';
import type { SecondOpinion } from './second-opinion.js';

export interface PreflightsParts {
  readonly client: Pick<IdaClient, 'preflight'>;
  readonly database: Pick<Database, 'now'>;
  readonly profile: Pick<ProfileStore, 'savePreflight'>;
  readonly opinion: Pick<SecondOpinion, 'notePreflight'>;
  readonly holds: Pick<Holds, 'liftAfterPreflight' | 'makeProbesDue' | 'holdOwnAfter'>;
  readonly logger: Logger;
}

/**
 * Makes preflights, one at a time, whoever asks; their results are stored for the health answers and told to other seeders.
 * One that succeeds ends a hold that waits for it. Whom one that fails holds, whoever asked has found out by
 * {@link Holds.holdAfter}.
 */
export class Preflights {
  private readonly log: PreflightLog;
  private underWay: Promise<PreflightResult> | undefined;
  private isAskedFor = false;
  private begunAtMs = -Infinity;

  constructor(private readonly parts: PreflightsParts) {
    this.log = new PreflightLog(parts.logger);
  }

  /** How long ago this seeder has begun its last one, in milliseconds. */
  get begunAgoMs(): number {
    return performance.now() - this.begunAtMs;
  }

  /** Where one is under way, its result is that of all who ask meanwhile. */
  async make(): Promise<PreflightResult> {
    this.underWay ??= this.run().finally(() => {
      this.underWay = undefined;
      this.isAskedFor = false;
    });
    return this.underWay;
  }

  /** One that somebody asked for, who has mended something: if it succeeds, an outage too is looked into at once. */
  async makeAskedFor(): Promise<PreflightResult> {
    this.isAskedFor = true;
    return this.make();
  }

  private async run(): Promise<PreflightResult> {
    const { client, database, profile, opinion, holds } = this.parts;
    this.begunAtMs = performance.now();
    const checkedAt = await database.now();
    const result = withAdvice(await client.preflight());
    // Before the result is stored: whoever waits for it finds the hold ended, or its probe due.
    if (result.ok) await holds.liftAfterPreflight();
    if (result.ok && this.isAskedFor) await holds.makeProbesDue();
    this.log.note(result);
    await opinion.notePreflight(result.ok, checkedAt);
    if (!result.ok && (await holds.holdOwnAfter(result))) return result;
    const { code, reason } = result.ok ? { code: null, reason: null } : result;
    await profile.savePreflight({ ok: result.ok, code, reason, checkedAt });
    return result;
  }
}

function withAdvice(result: PreflightResult): PreflightResult {
  return result.ok ? result : { ...result, reason: reasonOf(result.code, result.reason) };
}
