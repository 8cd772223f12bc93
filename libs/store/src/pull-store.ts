import type { PullState } from '@mts/domain';

import type { Database, Transaction } from './database.js';
import { eraseRequestKeys } from './key-store.js';
import { isAfter, type Page } from './page.js';
import { LEASE_SECONDS, type Renewal } from './range-store.js';
import { eraseSome } from './record-erasure.js';
import { endRequest, notifyOf } from './request-end.js';
import {
  copyBlock,
  type DueWork,
  insertRequest,
  type NewRequest,
  type RequestStore,
  type Submission,
} from './request-store.js';

/** What was left out of a list, by the reason. */
export type Skipped = Readonly<Record<string, number>>;

/** A list that is fetched from a source. */
export interface Pull {
  readonly requestId: string;
  readonly state: PullState;
  readonly attempts: number;
  /** Records that the present try has brought so far. */
  readonly received: number;
  readonly skipped: Skipped;
  /** Of the last fault. */
  readonly code: string | null;
  readonly reason: string | null;
  readonly nextTryAt: Date;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** The right to pull a list: valid while its epoch is the pull's own. */
export interface PullLease {
  readonly requestId: string;
  readonly epoch: number;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly sealedSource: Buffer;
}

export interface PullFaultText {
  readonly code: string;
  readonly reason: string;
}

/** Another seeder pulls the list now, or its request was ended: this one writes nothing more of it. */
export class PullLostError extends Error {
  override readonly name = 'PullLostError';

  constructor({ requestId, epoch }: Pick<PullLease, 'requestId' | 'epoch'>) {
    super(`The pull of request ${requestId} is no longer ours at epoch ${String(epoch)}`);
  }
}

/** A pull has work while its request waits for it, and nobody has paused or cancelled that. */
const PULLABLE = `r.state = 'pulling' AND r.cancel_asked_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM request_hold h WHERE h.request_id = r.id)`;
const IS_FREE = `p.state IN ('waiting','pulling') AND p.next_try_at <= now() AND (p.lease_until IS NULL OR p.lease_until < now())`;

/**
 * Pulls: the truth about what has to be fetched. Leases and epochs are those of ranges, see RangeStore. Each try begins
 * with nothing: what a broken one has left is erased by the next, and the records of one alone become the request's.
 */
export class PullStore {
  constructor(
    private readonly database: Database,
    private readonly requests: RequestStore,
  ) {}

  /** Makes a request of a list that has yet to be fetched, in one transaction with the job. @param sealedSource sealed with its input key */
  async begin(request: NewRequest, sealedSource: Buffer, tx: Transaction): Promise<void> {
    await insertRequest(tx, request, 'pulling');
    await tx.query(`INSERT INTO pull (request_id, state, sealed_source) VALUES ($1, 'waiting', $2)`, [
      request.id,
      sealedSource,
    ]);
  }

  async find(requestId: string): Promise<Pull | undefined> {
    const [pull] = await this.database.query<Pull>(
      `SELECT request_id AS "requestId", state, attempts, received, skipped, code, reason,
              next_try_at AS "nextTryAt", created_at AS "createdAt", ended_at AS "endedAt"
         FROM pull WHERE request_id = $1`,
      [requestId],
    );
    return pull;
  }

  /** A page of the requests whose list is to be fetched and that nobody fetches: what the reconciler puts on the queue. */
  async due({ limit, afterId }: Page): Promise<readonly DueWork[]> {
    return this.database.query<DueWork>(
      `SELECT p.request_id AS "requestId", r.owner FROM pull p JOIN request r ON r.id = p.request_id
        WHERE ${IS_FREE} AND ${PULLABLE} AND ${isAfter('p.request_id')} ORDER BY p.request_id LIMIT $1`,
      [limit, afterId],
    );
  }

  /** Takes a pull, if it has work now and nobody holds it. */
  async take(requestId: string): Promise<PullLease | undefined> {
    const [lease] = await this.database.query<PullLease>(
      `UPDATE pull p SET state = 'pulling', epoch = epoch + 1, attempts = attempts + 1, received = 0, skipped = '{}',
              lease_until = now() + make_interval(secs => $2)
         FROM request r
        WHERE p.request_id = $1 AND r.id = p.request_id AND p.sealed_source IS NOT NULL AND ${IS_FREE} AND ${PULLABLE}
       RETURNING p.request_id AS "requestId", p.epoch, p.attempts, p.created_at AS "createdAt", p.sealed_source AS "sealedSource"`,
      [requestId, LEASE_SECONDS],
    );
    return lease;
  }

  /** Renews leases, unless the request is held or has ended. Of any that is lost what is under way is broken off. */
  async renew(leases: readonly PullLease[]): Promise<Renewal<PullLease>> {
    const rows = await this.database.query<{ requestId: string; epoch: number }>(
      `UPDATE pull p SET lease_until = now() + make_interval(secs => $3)
         FROM unnest($1::uuid[], $2::int[]) AS l (request_id, epoch), request r
        WHERE p.request_id = l.request_id AND p.epoch = l.epoch AND p.state = 'pulling' AND r.id = p.request_id AND ${PULLABLE}
       RETURNING p.request_id AS "requestId", p.epoch`,
      [leases.map((lease) => lease.requestId), leases.map((lease) => lease.epoch), LEASE_SECONDS],
    );
    const renewed = new Set(rows.map((row) => `${row.requestId}/${String(row.epoch)}`));
    const standing = new Set(
      leases.filter((lease) => renewed.has(`${lease.requestId}/${String(lease.epoch)}`)),
    );
    return { standing, workable: standing };
  }

  /** Erases what tries before this one have left, or this one itself. @throws PullLostError */
  async clear(lease: PullLease): Promise<void> {
    for (let after: number | undefined = 0; after !== undefined;) {
      const line: number = after;
      ({ after } = await this.withLease(lease, async (tx) => eraseSome(tx, lease.requestId, line)));
    }
  }

  /** Adds one block of records (see CopyBlock) and commits it. @throws PullLostError */
  async addBlock(lease: PullLease, block: Uint8Array, recordCount: number): Promise<void> {
    await this.withLease(lease, async (tx) => {
      await copyBlock(tx, block);
      await tx.query('UPDATE pull SET received = received + $2 WHERE request_id = $1', [
        lease.requestId,
        recordCount,
      ]);
      await notifyOf(tx, lease.requestId);
    });
  }

  /** The last step of a pull, in one transaction with the jobs: from here on its records are worked on. @throws PullLostError */
  async submit(lease: PullLease, total: number, skipped: Skipped, tx: Transaction): Promise<Submission> {
    await lockPull(tx, lease);
    await tx.query(
      `UPDATE pull SET state = 'pulled', lease_until = NULL, sealed_source = NULL, received = $2, skipped = $3,
              code = NULL, reason = NULL, ended_at = now()
        WHERE request_id = $1`,
      [lease.requestId, total, skipped],
    );
    return this.requests.submit(lease.requestId, total, tx);
  }

  /** Gives a pull back for another try, of which nothing is kept. @throws PullLostError */
  async retryLater(lease: PullLease, fault: PullFaultText, tryInMs: number): Promise<void> {
    await this.clear(lease);
    await this.withLease(lease, async (tx) => {
      await tx.query(
        `UPDATE pull SET state = 'waiting', lease_until = NULL, received = 0, code = $2, reason = $3,
                next_try_at = now() + make_interval(secs => $4)
          WHERE request_id = $1`,
        [lease.requestId, fault.code, fault.reason, tryInMs / 1000],
      );
      await notifyOf(tx, lease.requestId);
    });
  }

  /** Gives a pull back that has not come to anything through no fault of its source; this was no try. @throws PullLostError */
  async handBack(lease: PullLease, tryInMs: number): Promise<void> {
    await this.clear(lease);
    await this.withLease(lease, async (tx) => {
      await tx.query(
        `UPDATE pull SET state = 'waiting', lease_until = NULL, received = 0, attempts = attempts - 1,
                next_try_at = now() + make_interval(secs => $2)
          WHERE request_id = $1`,
        [lease.requestId, tryInMs / 1000],
      );
    });
  }

  /**
   * Ends a pull, and with it its request, which has no records. There is nothing to be delivered then.
   * @throws PullLostError
   */
  async fail(lease: PullLease, fault: PullFaultText): Promise<void> {
    await this.clear(lease);
    await this.withLease(lease, async (tx) => {
      await tx.query(
        `UPDATE pull SET state = 'failed', lease_until = NULL, sealed_source = NULL, received = 0, code = $2, reason = $3,
                ended_at = now()
          WHERE request_id = $1`,
        [lease.requestId, fault.code, fault.reason],
      );
      await tx.query('DELETE FROM delivery WHERE request_id = $1', [lease.requestId]);
      await endRequest(tx, lease.requestId, 'pulling', 'submitted_with_errors');
    });
  }

  /** Removes a request whose pull has failed before its caller was told of it. @returns whether it was one */
  async discardFailed(requestId: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const discarded = await tx.query(
        `DELETE FROM request r USING pull p
          WHERE r.id = $1 AND p.request_id = r.id AND p.state = 'failed' AND r.state = 'submitted_with_errors'
         RETURNING 1`,
        [requestId],
      );
      if (discarded.length === 0) return false;
      await eraseRequestKeys(tx, requestId, ['input', 'results']);
      return true;
    });
  }

  private async withLease<T>(lease: PullLease, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      await lockPull(tx, lease);
      return work(tx);
    });
  }
}

/** Locks the request and then its pull, in the order in which everybody does. @throws PullLostError */
async function lockPull(tx: Transaction, lease: PullLease): Promise<void> {
  const [request] = await tx.query(`SELECT 1 FROM request WHERE id = $1 AND state = 'pulling' FOR UPDATE`, [
    lease.requestId,
  ]);
  const [pull] = await tx.query(
    `SELECT 1 FROM pull WHERE request_id = $1 AND epoch = $2 AND state = 'pulling' FOR UPDATE`,
    [lease.requestId, lease.epoch],
  );
  if (request === undefined || pull === undefined) throw new PullLostError(lease);
}
