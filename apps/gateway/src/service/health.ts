import { ApiError } from '@mts/domain';
import type { Queues } from '@mts/queue';
import type {
  Database,
  FiringStore,
  HeldSeeder,
  HoldOfAll,
  ProfileStore,
  SeederStore,
  StoredPreflight,
} from '@mts/store';

import { type IdaCallsDto, idaCalls } from './ida-calls.js';

/** Below the time-outs that Kubernetes' probes usually have. */
const ANSWER_LIMIT_MS = 2000;
/** A call that was refused for lack of room says nothing of the room there is much later. */
const NO_ROOM_TOLD_FOR_MS = 60_000;

/** What stands between a list and its results, as far as the gateway can know of it. No probe ever calls IDA. */
export interface HealthReport {
  readonly status: 'up';
  /** `full`: it can be read, but in the last minute something was refused because it has no room. */
  readonly database: 'up' | 'full';
  readonly queue: 'up';
  readonly seedersAlive: number;
  readonly schedulerSeenAt: Date | null;
  readonly requestsHeld: number;
  readonly idaPreflight: StoredPreflight | null;
  readonly idaHold: HoldOfAll | null;
  readonly heldSeeders: readonly HeldSeeder[];
  readonly idaCalls: IdaCallsDto;
}

export class Health {
  private noRoomAtMs = -Infinity;

  constructor(
    private readonly database: Database,
    private readonly queues: Pick<Queues, 'check'>,
    private readonly profile: ProfileStore,
    private readonly seeders: Pick<SeederStore, 'live'>,
    private readonly firings: Pick<FiringStore, 'lastFiredAt'>,
  ) {}

  /** Something was refused because the database has no room; no question that it answers tells that. */
  noteNoRoom(): void {
    this.noRoomAtMs = performance.now();
  }

  /**
   * Whether calls can be served: database and queue alone, for an outage of IDA must not take uploads and downloads away.
   *
   * @throws ApiError MTS-SYS-001
   */
  async ready(): Promise<void> {
    const limit = AbortSignal.timeout(ANSWER_LIMIT_MS);
    try {
      await Promise.race([
        Promise.all([this.database.query('SELECT 1'), this.queues.check()]),
        rejectedBy(limit),
      ]);
    } catch (error) {
      throw Object.assign(new ApiError('MTS-SYS-001'), { cause: error });
    }
  }

  /** @throws ApiError MTS-SYS-001 */
  async report(): Promise<HealthReport> {
    await this.ready();
    const [live, schedulerSeenAt, requestsHeld, preflight, hold, heldSeeders] = await Promise.all([
      this.seeders.live(),
      this.firings.lastFiredAt(),
      this.profile.requestsHeld(),
      this.profile.lastPreflight(),
      this.profile.holdOfAll(),
      this.profile.heldSeeders(),
    ]);
    // What a seeder last told that was killed since is not so any more.
    const heard = live.filter(({ isSilent }) => !isSilent);
    return {
      status: 'up',
      database: performance.now() - this.noRoomAtMs < NO_ROOM_TOLD_FOR_MS ? 'full' : 'up',
      queue: 'up',
      seedersAlive: heard.length,
      schedulerSeenAt: schedulerSeenAt ?? null,
      requestsHeld,
      idaPreflight: preflight ?? null,
      idaHold: hold ?? null,
      heldSeeders,
      idaCalls: idaCalls(heard),
    };
  }
}

async function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const error = Object.assign(new Error('The database does not answer in time'), { code: 'ETIMEDOUT' });
    signal.addEventListener('abort', () => reject(error), { once: true });
  });
}
