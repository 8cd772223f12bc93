import { setTimeout as wait } from 'node:timers/promises';

import type { IdaClient, PreflightResult } from '@mts/ida-client';
import type { OpinionStore } from '@mts/store';

import type { OwnHold } from './own-hold.js';
import { reasonOf } from './reason.js';

export type FailedPreflight = Extract<PreflightResult, { ok: false }>;

/** Whom a failed preflight holds; nobody, where its cause is gone. */
export type Held = 'all' | 'this seeder' | 'nobody';

/** How often it is looked what the others have found, while a seeder waits for that. */
const LOOKED_EVERY_MS = 200;

/**
 * Whether a preflight that has failed here fails for others too: no way to IDA, a wrong licence key or certificate may be the
 * trouble of this process alone. All other seeders are asked for a preflight of their own. One that is answered, or has
 * a person answered meanwhile, decides it; else it is decided when the preflights of all have failed, or none comes in time.
 * Until then this seeder asks nobody. Where another one is answered, one more preflight tells whether it still fails here: what
 * all had may have ended in between.
 */
export class SecondOpinion {
  private asking: Promise<Held> | undefined;

  /** @param patienceMs how long a preflight may take, and a little: so long one of the others is waited for */
  constructor(
    private readonly store: OpinionStore,
    private readonly own: Pick<OwnHold, 'standStill' | 'hold'>,
    private readonly patienceMs: number,
    private readonly client: Pick<IdaClient, 'preflight'>,
  ) {}

  /** Holds this seeder if IDA answers another one, and not this one. One question at a time. */
  async whomItHolds(): Promise<Held> {
    this.asking ??= this.find().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  /** Whether another seeder asks this one, and no preflight has been made since. */
  async isWanted(): Promise<boolean> {
    return this.store.isAsked();
  }

  /** @param begunAt by the database's clock */
  async notePreflight(ok: boolean, begunAt: Date): Promise<void> {
    await this.store.notePreflight(ok, begunAt);
  }

  private async find(): Promise<Held> {
    // There is no other one, or all have failed as well.
    if ((await this.store.ofOthers()) === 'not well') return 'all';
    return this.own.standStill(async () => ((await this.askOthers()) ? this.holdIfAlone() : 'all'));
  }

  private async holdIfAlone(): Promise<Held> {
    const now = await this.client.preflight();
    if (now.ok) return 'nobody';
    await this.own.hold(now.code, `${reasonOf(now.code, now.reason)} ${ALONE}`);
    return 'this seeder';
  }

  private async askOthers(): Promise<boolean> {
    await this.store.ask();
    try {
      return await this.hear(performance.now() + this.patienceMs);
    } finally {
      await this.store.withdraw();
    }
  }

  private async hear(untilMs: number): Promise<boolean> {
    for (;;) {
      const opinion = await this.store.ofOthers();
      if (opinion !== 'undecided') return opinion === 'well';
      if (performance.now() >= untilMs) return false;
      await wait(LOOKED_EVERY_MS);
    }
  }
}

const ALONE =
  'IDA answers other seeders meanwhile: the fault is in the way of this one to IDA, or in its settings. It tries again by itself.';
