import type { KekProvider } from '@mts/crypto';
import type { Duty } from '@mts/domain';
import { Attempts, type Logger } from '@mts/platform';
import {
  type Database,
  eraseSecretsOf,
  forgetOutdated,
  reclaimRecords,
  type RequestStore,
  type ResultStore,
  rewriteKeyTables,
  unusedKeks,
} from '@mts/store';

const AT_ONCE_REQUESTS = 100;
const HOUR_MS = 3_600_000;
/** Fewer leave no hole worth the reading of the table: autovacuum comes to them. */
const RECLAIMED_FROM_RECORDS = 10_000;

export interface HousekeepingLimits {
  readonly requestAgeHoursMax: number;
  readonly uploadAgeMinutesMax: number;
}

/** Requests that are to be archived. */
interface DueRequests {
  readonly step: string;
  /** Of each that is archived. */
  readonly said: string;
  readonly restedHours: number;
  readonly next: () => Promise<readonly string[]>;
}

/** What is erased in one firing. */
interface Tally {
  records: number;
}

/**
 * Carries out what the scheduler fires. Each duty can be cut off anywhere and goes on at the next firing. Each step, and each
 * request within it, is tried whatever became of others.
 */
export class Housekeeper {
  private isRefusalNoted = false;
  private readonly attempts: Attempts;

  constructor(
    private readonly database: Database,
    private readonly requests: RequestStore,
    private readonly results: Pick<ResultStore, 'dueForErasure'>,
    private readonly keks: KekProvider,
    private readonly limits: HousekeepingLimits,
    /** By which ages are reckoned: that of the database, for a seeder's own may be wrong. */
    private readonly now: () => Promise<Date>,
    private readonly logger: Logger,
  ) {
    const said = 'a step of the housekeeping failed; it is made again at its next firing';
    this.attempts = new Attempts({ logger, said });
  }

  /** Begins nothing more, and breaks off at once what takes long: the next firing goes on with it, in whichever seeder. */
  stop(): void {
    this.attempts.stop();
  }

  /** Never throws: faults are logged. */
  async perform(duty: Duty): Promise<void> {
    if (duty === 'expire') await this.expire();
    else await this.sweep();
  }

  /**
   * Archives requests past their age and such as their callers need no longer. Then lets go of what erasing leaves in the
   * tables' files, and destroys the day keys that no request needs any more.
   */
  private async expire(): Promise<void> {
    const { requestAgeHoursMax } = this.limits;
    const erased: Tally = { records: 0 };
    await this.archiveAll(erased, {
      step: 'taken results',
      said: 'a request whose results were taken is archived',
      restedHours: 0,
      next: async () => this.results.dueForErasure(AT_ONCE_REQUESTS),
    });
    await this.archiveAll(erased, {
      step: 'expired requests',
      said: 'a request has expired and is archived',
      restedHours: requestAgeHoursMax,
      next: async () => this.requests.expired(requestAgeHoursMax, AT_ONCE_REQUESTS),
    });
    await this.attempts.make({ step: 'records left over' }, async () => this.eraseLeftOver(erased));
    await this.attempts.make({ step: 'erased keys' }, async () => this.rewriteKeys());
    await this.attempts.make({ step: 'day keys' }, async () => this.destroyDayKeys());
    await this.attempts.make({ step: 'room of erased records' }, async () => this.reclaim(erased));
    await this.attempts.make({ step: 'outdated rows' }, async () => forgetOutdated(this.database));
  }

  private async archiveAll(erased: Tally, due: DueRequests): Promise<void> {
    const { step } = due;
    await this.attempts.make({ step }, async () => {
      const tried = new Set<string>();
      while (!this.attempts.signal.aborted) {
        const page = await due.next();
        const fresh = page.filter((id) => !tried.has(id));
        for (const requestId of fresh) {
          tried.add(requestId);
          await this.attempts.make({ step, requestId }, async () => this.archive(requestId, due, erased));
        }
        // One that stays as it is would come again and again.
        if (fresh.length === 0 || page.length < AT_ONCE_REQUESTS) return;
      }
    });
  }

  /** Says so of one that is archived, and of no other. */
  private async archive(requestId: string, { restedHours, said }: DueRequests, erased: Tally): Promise<void> {
    if ((await this.requests.archive(requestId, restedHours)) === 'left alone') return;
    this.logger.info(said, { requestId });
    erased.records += await this.requests.eraseRecords(requestId, this.attempts.signal);
  }

  private async eraseLeftOver(erased: Tally): Promise<void> {
    for (const requestId of await this.requests.halfErased(AT_ONCE_REQUESTS)) {
      await this.attempts.make({ step: 'records left over', requestId }, async () => {
        erased.records += await this.requests.eraseRecords(requestId, this.attempts.signal);
      });
    }
  }

  private async rewriteKeys(): Promise<void> {
    const outcome = await rewriteKeyTables(this.database);
    this.noteRefusal(outcome);
    if (outcome === 'later')
      this.logger.info(
        'erased keys stay in the file of their table for now: it is in use, or somebody still looks at it as it was',
      );
  }

  private async reclaim(erased: Tally): Promise<void> {
    if (erased.records >= RECLAIMED_FROM_RECORDS)
      this.noteRefusal(await reclaimRecords(this.database, this.attempts.signal));
  }

  private noteRefusal(outcome: string): void {
    if (outcome !== 'refused' || this.isRefusalNoted) return;
    this.isRefusalNoted = true;
    this.logger.warn(
      'the database role may not vacuum the tables: give it the right MAINTAIN on them, or their ownership; until then erased keys stay in the file of their table, and the room of erased records is free only when autovacuum comes to it',
    );
  }

  private async destroyDayKeys(): Promise<void> {
    const past = new Date((await this.now()).getTime() - this.limits.requestAgeHoursMax * HOUR_MS);
    for (const kekId of await unusedKeks(this.database, await this.keks.retiredBefore(past))) {
      await this.attempts.make({ step: 'day keys', kekId }, async () => {
        await eraseSecretsOf(this.database, kekId);
        if ((await this.keks.destroy(kekId)) === 'destroyed')
          this.logger.info('a day key is destroyed', { kekId });
      });
    }
  }

  /** Removes what uploads left whose process is gone. */
  private async sweep(): Promise<void> {
    await this.attempts.make({ step: 'broken uploads' }, async () => {
      for (const requestId of await this.requests.abandonedUploads(this.limits.uploadAgeMinutesMax)) {
        await this.attempts.make({ step: 'broken uploads', requestId }, async () => {
          if (await this.requests.discard(requestId, this.attempts.signal))
            this.logger.info('a broken upload is swept away', { requestId });
        });
      }
    });
  }
}
