import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

import type { Logger } from '@mts/platform';
import {
  type InFlightGrant,
  SEEDER_BEAT_SECONDS,
  SEEDER_GONE_AFTER_SECONDS,
  type SeederFigures,
  type SeederStore,
} from '@mts/store';

import type { Backlog } from './authenticate/backlog.js';
import type { CallFigures } from './authenticate/call-figures.js';
import type { CallGate } from './authenticate/call-gate.js';
import type { InFlightLimit } from './authenticate/in-flight-limit.js';
import type { InFlightShare } from './authenticate/in-flight-share.js';

/** When it counts as gone the others take this seeder's share; it must stop using it before. */
const SHARE_TRUSTED_MS = (SEEDER_GONE_AFTER_SECONDS - 1) * 1000;
/** While shares change hands: whoever waits for places is not to wait for whole beats. */
const SOON_MS = 500;
/** An end of the process takes no longer for want of a database. */
const LEAVE_LIMIT_MS = 1000;

export interface HeartbeatParts {
  readonly seederId: string;
  readonly store: SeederStore;
  readonly gate: CallGate;
  readonly limit: InFlightLimit;
  readonly share: InFlightShare;
  readonly figures: CallFigures;
  readonly backlog: Backlog;
  readonly ratePerSecondMax: number | 'none';
  readonly logger: Logger;
}

/** Tells the other processes that this seeder lives and how fast it asks, and gets its share of the places of all. */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(private readonly parts: HeartbeatParts) {}

  /** Resolves after the first beat. */
  async start(): Promise<void> {
    await this.beatAndGoOn();
  }

  /** The seeder is gone for the others: at once, or after a while where the database cannot be told in time. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    try {
      await Promise.race([this.leave(), wait(LEAVE_LIMIT_MS, undefined, { ref: false })]);
    } catch (error) {
      this.parts.logger.warn('the database could not be told that this seeder ends', {
        error: error as Error,
      });
    }
  }

  private async leave(): Promise<void> {
    // One that comes later would count this seeder among the living.
    await this.beating;
    await this.parts.store.leave(this.parts.seederId);
  }

  private async beatAndGoOn(): Promise<void> {
    const nextInMs = await this.beat();
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.beating = this.beatAndGoOn();
    }, nextInMs);
  }

  /** @returns in how many milliseconds the next one is due */
  private async beat(): Promise<number> {
    const { seederId, store, share, logger } = this.parts;
    const figures = this.takeFigures();
    try {
      if (share.placesMaxAll === undefined) await store.beat(seederId, figures);
      else if (await this.beatAndShare({ ...figures, inFlightMaxAll: share.placesMaxAll })) return SOON_MS;
    } catch (error) {
      logger.warn('the database cannot be reached; will try again', { error: error as Error });
    }
    return SEEDER_BEAT_SECONDS * 1000;
  }

  /** @returns whether shares are still changing hands */
  private async beatAndShare(figures: SeederFigures & { readonly inFlightMaxAll: number }): Promise<boolean> {
    const { seederId, store, gate, share } = this.parts;
    const beganAtMs = performance.now();
    const usableMax = Math.max(share.places, gate.inFlight);
    const { granted, fair }: InFlightGrant = await store.beatAndShare(seederId, figures, usableMax);
    share.set(Math.min(granted, fair), beganAtMs + SHARE_TRUSTED_MS);
    gate.admit();
    return granted !== fair;
  }

  private takeFigures(): SeederFigures {
    const { gate, limit, share, figures, backlog, ratePerSecondMax } = this.parts;
    return {
      ...figures.take(),
      host: hostname(),
      processId: process.pid,
      lists: backlog.lists,
      inFlight: gate.inFlight,
      inFlightLimit: Math.min(limit.places, share.places),
      inFlightMax: limit.placesMax,
      inFlightMaxAll: share.placesMaxAll ?? null,
      ratePerSecondMax: ratePerSecondMax === 'none' ? null : ratePerSecondMax,
    };
  }
}
