import type { KekProvider } from '@mts/crypto';
import type { Duty } from '@mts/domain';
import type { Clock, Logger } from '@mts/platform';
import { type Database, type RequestStore, type ResultStore, unusedKeks } from '@mts/store';

const AT_ONCE_REQUESTS = 100;
const HOUR_MS = 3_600_000;

export interface HousekeepingLimits {
  readonly requestAgeHoursMax: number;
  readonly uploadAgeMinutesMax: number;
}

/** Carries out what the scheduler fires. Each duty can be cut off anywhere and goes on at the next firing. */
export class Housekeeper {
  constructor(
    private readonly database: Database,
    private readonly requests: RequestStore,
    private readonly results: Pick<ResultStore, 'dueForErasure'>,
    private readonly keks: KekProvider,
    private readonly limits: HousekeepingLimits,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async perform(duty: Duty): Promise<void> {
    if (duty === 'expire') await this.expire();
    else await this.sweep();
  }

  /**
   * Archives requests past their age and such as their callers need no longer, and then destroys the day keys that no
   * request needs any more.
   */
  private async expire(): Promise<void> {
    await this.archiveAll('a request whose results were taken is archived', async () =>
      this.results.dueForErasure(AT_ONCE_REQUESTS),
    );
    await this.archiveAll('a request has expired and is archived', async () =>
      this.requests.expired(this.limits.requestAgeHoursMax, AT_ONCE_REQUESTS),
    );
    for (const id of await this.requests.halfErased(AT_ONCE_REQUESTS)) await this.requests.eraseRecords(id);
    await this.destroyDayKeys();
  }

  private async archiveAll(said: string, next: () => Promise<readonly string[]>): Promise<void> {
    for (;;) {
      const due = await next();
      for (const id of due) {
        await this.requests.archive(id);
        this.logger.info(said, { requestId: id });
      }
      if (due.length < AT_ONCE_REQUESTS) return;
    }
  }

  private async destroyDayKeys(): Promise<void> {
    const past = new Date(this.clock().getTime() - this.limits.requestAgeHoursMax * HOUR_MS);
    for (const id of await unusedKeks(this.database, await this.keks.retiredBefore(past))) {
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
