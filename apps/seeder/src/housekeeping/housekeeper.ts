import type { KekProvider } from '@mts/crypto';
import type { Duty } from '@mts/domain';
import type { Logger } from '@mts/platform';
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

/** Carries out what the scheduler fires. Each duty can be cut off anywhere and goes on at the next firing. */
export class Housekeeper {
  private isRefusalNoted = false;

  constructor(
    private readonly database: Database,
    private readonly requests: RequestStore,
    private readonly results: Pick<ResultStore, 'dueForErasure'>,
    private readonly keks: KekProvider,
    private readonly limits: HousekeepingLimits,
    /** By which ages are reckoned: that of the database, for a seeder's own may be wrong. */
    private readonly now: () => Promise<Date>,
    private readonly logger: Logger,
  ) {}

  async perform(duty: Duty): Promise<void> {
    if (duty === 'expire') await this.expire();
    else await this.sweep();
  }

  /**
   * Archives requests past their age and such as their callers need no longer. Then lets go of what erasing leaves in the
   * tables' files, and destroys the day keys that no request needs any more.
   */
  private async expire(): Promise<void> {
    let erased = await this.archiveAll('a request whose results were taken is archived', async () =>
      this.results.dueForErasure(AT_ONCE_REQUESTS),
    );
    const { requestAgeHoursMax } = this.limits;
    erased += await this.archiveAll(
      'a request has expired and is archived',
      async () => this.requests.expired(requestAgeHoursMax, AT_ONCE_REQUESTS),
      requestAgeHoursMax,
    );
    for (const id of await this.requests.halfErased(AT_ONCE_REQUESTS))
      erased += await this.requests.eraseRecords(id);
    await this.rewriteKeys();
    await this.destroyDayKeys();
    if (erased >= RECLAIMED_FROM_RECORDS) this.noteRefusal(await reclaimRecords(this.database));
    await forgetOutdated(this.database);
  }

  /** Says so of each that is archived, and of no other. @returns how many records are erased */
  private async archiveAll(
    said: string,
    next: () => Promise<readonly string[]>,
    restedHours = 0,
  ): Promise<number> {
    const leftAlone = new Set<string>();
    for (let erased = 0; ;) {
      const page = await next();
      const due = page.filter((id) => !leftAlone.has(id));
      for (const id of due) {
        if ((await this.requests.archive(id, restedHours)) === 'left alone') {
          leftAlone.add(id);
          continue;
        }
        this.logger.info(said, { requestId: id });
        erased += await this.requests.eraseRecords(id);
      }
      if (due.length === 0 || page.length < AT_ONCE_REQUESTS) return erased;
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

  private noteRefusal(outcome: string): void {
    if (outcome !== 'refused' || this.isRefusalNoted) return;
    this.isRefusalNoted = true;
    this.logger.warn(
      'the database role may not vacuum the tables: give it the right MAINTAIN on them, or their ownership; until then erased keys stay in the file of their table, and the room of erased records is free only when autovacuum comes to it',
    );
  }

  private async destroyDayKeys(): Promise<void> {
    const past = new Date((await this.now()).getTime() - this.limits.requestAgeHoursMax * HOUR_MS);
    for (const id of await unusedKeks(this.database, await this.keks.retiredBefore(past))) {
      await eraseSecretsOf(this.database, id);
      await this.keks.destroy(id);
      this.logger.info('a day key is destroyed', { kekId: id });
    }
  }

  /** Removes what uploads left whose process is gone. */
  private async sweep(): Promise<void> {
    for (const id of await this.requests.abandonedUploads(this.limits.uploadAgeMinutesMax)) {
      await this.requests.discard(id);
      this.logger.info('a broken upload is swept away', { requestId: id });
    }
  }
}
