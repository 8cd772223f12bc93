import { ApiError } from '@mts/domain';
import type { Logger } from '@mts/platform';
import type { Queues } from '@mts/queue';
import type { Database, ProfileHold, ProfileStore, StoredPreflight } from '@mts/store';

/** Below the time-outs that Kubernetes' probes usually have. */
const ANSWER_LIMIT_MS = 2000;

/** What stands between a list and its results, as far as the gateway can know of it. No probe ever calls IDA. */
export interface HealthReport {
  readonly status: 'up';
  readonly database: 'up';
  readonly queue: 'up';
  readonly seedersAlive: number;
  readonly requestsHeld: number;
  readonly idaPreflight: StoredPreflight | null;
  readonly idaHold: IdaHold | null;
}

/** What holds all requests up, as callers are told. */
export type IdaHold = Pick<ProfileHold, 'code' | 'reason' | 'since' | 'nextTryAt'>;

export function idaHold(hold: ProfileHold | undefined): IdaHold | null {
  if (hold === undefined) return null;
  const { code, reason, since, nextTryAt } = hold;
  return { code, reason, since, nextTryAt };
}

export class Health {
  constructor(
    private readonly database: Database,
    private readonly queues: Pick<Queues, 'check'>,
    private readonly profile: ProfileStore,
    private readonly logger: Logger,
  ) {}

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
      this.logger.warn('not ready: the database cannot be reached', { error: error as Error });
      throw new ApiError('MTS-SYS-001');
    }
  }

  /** @throws ApiError MTS-SYS-001 */
  async report(): Promise<HealthReport> {
    await this.ready();
    const [seedersAlive, requestsHeld, preflight, hold] = await Promise.all([
      this.profile.seedersAlive(),
      this.profile.requestsHeld(),
      this.profile.lastPreflight(),
      this.profile.currentHold(),
    ]);
    return {
      status: 'up',
      database: 'up',
      queue: 'up',
      seedersAlive,
      requestsHeld,
      idaPreflight: preflight ?? null,
      idaHold: idaHold(hold),
    };
  }
}

async function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
