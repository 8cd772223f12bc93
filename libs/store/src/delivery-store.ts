import { type DeliveryState, FINISHED_REQUEST_STATES } from '@mts/domain';

import { CALLER_LOCK_WAIT_MS, type Database, type Transaction } from './database.js';
import { isAfter, type Page } from './page.js';
import { LEASE_SECONDS, type Renewal } from './range-store.js';
import { LEASE_OVER, notifyOf } from './request-end.js';
import type { DueWork } from './request-store.js';
import type { ResultRecord } from './result-store.js';

/** How results get to where their caller wants them. */
export interface Delivery {
  readonly requestId: string;
  /** The id of a delivery in the registry of libs/outputs. */
  readonly kind: string;
  readonly state: DeliveryState;
  /** Tries since something was last delivered. */
  readonly attempts: number;
  /** Records that the receiver has taken, and that it has refused. */
  readonly delivered: number;
  readonly refused: number;
  /** Of the last fault. */
  readonly code: string | null;
  readonly reason: string | null;
  readonly nextTryAt: Date;
  /** When its request ended, or it was last asked for again. */
  readonly dueSince: Date | null;
  readonly endedAt: Date | null;
}

/** The right to work on a delivery: valid while its epoch is the delivery's own. */
export interface DeliveryLease {
  readonly requestId: string;
  readonly epoch: number;
  readonly attempts: number;
  readonly dueSince: Date;
  readonly sealedTarget: Buffer;
}

/** A record that its receiver does not have yet. */
export interface UndeliveredRecord extends ResultRecord {
  /** Null when the request does not keep its input. */
  readonly sealedInput: Buffer | null;
}

/** What became of a record that was sent; `open` when it has to be sent again. */
export interface SentRecord {
  readonly line: number;
  readonly as: 'delivered' | 'refused' | 'open';
}

export interface DeliveryFaultText {
  readonly code: string;
  readonly reason: string;
}

/** How the work on a delivery ends. */
export type DeliveryEnd =
  | { readonly state: 'delivered' }
  | ({ readonly state: 'failed' } & DeliveryFaultText)
  | ({
      readonly state: 'waiting';
      readonly attempts: number;
      readonly tryInMs: number;
    } & Partial<DeliveryFaultText>);

/** Where a delivery goes from now on. */
export interface NewTarget {
  /** Sealed with the results key of its request. */
  readonly sealedTarget: Buffer;
  /** Another receiver has nothing of what the one before was delivered. */
  readonly receiver: 'same' | 'another';
}

/** A delivery that nobody moves while the transaction lasts. */
export interface LockedDelivery {
  readonly state: DeliveryState;
  readonly sealedTarget: Buffer;
}

/** Another seeder has the delivery now, or it was ended: this one writes nothing more of it. */
export class DeliveryLostError extends Error {
  override readonly name = 'DeliveryLostError';

  constructor({ requestId, epoch }: Pick<DeliveryLease, 'requestId' | 'epoch'>) {
    super(`The delivery of request ${requestId} is no longer ours at epoch ${String(epoch)}`);
  }
}

/** A delivery is worked on once its request has ended, and while there are results. */
const DELIVERABLE = `r.state = ANY (ARRAY['${FINISHED_REQUEST_STATES.join(`','`)}'])`;

/** Nobody holds it, and what whoever held it sent last is over: a lease that was not given back stays in its row. */
const FREE =
  '(d.lease_until IS NULL OR d.lease_until + make_interval(secs => coalesce(d.call_seconds, 0)) < now())';

/**
 * Deliveries: the truth about what has to be delivered. Leases and epochs are those of ranges, see RangeStore.
 */
export class DeliveryStore {
  constructor(private readonly database: Database) {}

  /** For a request that is being taken in. @param sealedTarget sealed with its results key */
  async create(
    requestId: string,
    kind: string,
    sealedTarget: Buffer,
    tx: Pick<Transaction, 'query'> = this.database,
  ): Promise<void> {
    await tx.query('INSERT INTO delivery (request_id, kind, sealed_target) VALUES ($1, $2, $3)', [
      requestId,
      kind,
      sealedTarget,
    ]);
  }

  async find(requestId: string): Promise<Delivery | undefined> {
    const [delivery] = await this.database.query<Delivery>(
      `SELECT request_id AS "requestId", kind, state, attempts, delivered, refused, code, reason,
              next_try_at AS "nextTryAt", due_since AS "dueSince", ended_at AS "endedAt"
         FROM delivery WHERE request_id = $1`,
      [requestId],
    );
    return delivery;
  }

  /** A page of the requests whose delivery has work that nobody does: what the reconciler puts on the queue. */
  async due({ limit, afterId }: Page): Promise<readonly DueWork[]> {
    return this.database.query<DueWork>(
      `SELECT d.request_id AS "requestId", r.owner FROM delivery d JOIN request r ON r.id = d.request_id
        WHERE d.state IN ('waiting','delivering') AND d.next_try_at <= now()
          AND ${FREE} AND ${DELIVERABLE} AND ${isAfter('d.request_id')}
        ORDER BY d.request_id LIMIT $1`,
      [limit, afterId],
    );
  }

  /** Takes a delivery, if it has work now, nobody holds it, and no call of whoever did can be under way. */
  async take(requestId: string): Promise<DeliveryLease | undefined> {
    const [lease] = await this.database.query<DeliveryLease>(
      `UPDATE delivery d
          SET state = 'delivering', epoch = epoch + 1, lease_until = now() + make_interval(secs => $2), call_seconds = NULL
         FROM request r
        WHERE d.request_id = $1 AND r.id = d.request_id AND d.state IN ('waiting','delivering') AND d.next_try_at <= now()
          AND ${FREE} AND ${DELIVERABLE}
       RETURNING d.request_id AS "requestId", d.epoch, d.attempts, coalesce(d.due_since, now()) AS "dueSince",
                 d.sealed_target AS "sealedTarget"`,
      [requestId, LEASE_SECONDS],
    );
    return lease;
  }

  /**
   * Says, before anything is sent, how long a call may last: unless the delivery is given back, nobody takes it for so long
   * after the lease.
   * @throws DeliveryLostError
   */
  async begin(lease: DeliveryLease, longestCallSeconds: number): Promise<void> {
    const written = await this.database.query(
      `UPDATE delivery SET call_seconds = $3 WHERE request_id = $1 AND epoch = $2 AND state = 'delivering' RETURNING 1`,
      [lease.requestId, lease.epoch, longestCallSeconds],
    );
    if (written.length === 0) throw new DeliveryLostError(lease);
  }

  /** Renews leases, unless the request was begun again or erased. Any that is lost has its call under way broken off. */
  async renew(leases: readonly DeliveryLease[]): Promise<Renewal<DeliveryLease>> {
    const rows = await this.database.query<{ requestId: string; epoch: number }>(
      `UPDATE delivery d SET lease_until = now() + make_interval(secs => $3)
         FROM unnest($1::uuid[], $2::int[]) AS l (request_id, epoch), request r
        WHERE d.request_id = l.request_id AND d.epoch = l.epoch AND d.state = 'delivering'
          AND r.id = d.request_id AND ${DELIVERABLE}
       RETURNING d.request_id AS "requestId", d.epoch`,
      [leases.map((lease) => lease.requestId), leases.map((lease) => lease.epoch), LEASE_SECONDS],
    );
    const renewed = new Set(rows.map((row) => `${row.requestId}/${String(row.epoch)}`));
    const standing = new Set(
      leases.filter((lease) => renewed.has(`${lease.requestId}/${String(lease.epoch)}`)),
    );
    return { standing, workable: standing };
  }

  /** Records that the receiver does not have, at most `limit` after a line, in source order. */
  async undelivered(
    requestId: string,
    afterLine: number,
    limit: number,
    which: 'all' | 'successes',
  ): Promise<readonly UndeliveredRecord[]> {
    return this.database.query<UndeliveredRecord>(
      `SELECT line, state, sealed_outcome AS "sealedOutcome", sealed_reference AS "sealedReference", sealed_input AS "sealedInput" FROM record
        WHERE request_id = $1 AND line > $2 AND (delivery IS NULL OR delivery = 'sending')
          AND ($4 = 'all' OR state = 'processed')
        ORDER BY line LIMIT $3`,
      [requestId, afterLine, limit, which],
    );
  }

  /**
   * Notes what became of the record that was sent last, and that another is about to be sent, in one commit.
   * @throws DeliveryLostError
   */
  async note(
    lease: DeliveryLease,
    sent: SentRecord | undefined,
    nextLine: number | undefined,
  ): Promise<void> {
    const as = sent === undefined || sent.as === 'open' ? null : sent.as;
    const written = await this.database.query(NOTE, [
      lease.requestId,
      lease.epoch,
      sent?.line ?? null,
      as,
      nextLine ?? null,
    ]);
    if (written.length === 0) throw new DeliveryLostError(lease);
  }

  /** Counts the records of one call that has delivered them all. @throws DeliveryLostError */
  async countAll(lease: DeliveryLease, records: number): Promise<void> {
    const written = await this.database.query(
      `UPDATE delivery SET delivered = $3 WHERE request_id = $1 AND epoch = $2 AND state = 'delivering' RETURNING 1`,
      [lease.requestId, lease.epoch, records],
    );
    if (written.length === 0) throw new DeliveryLostError(lease);
  }

  /** Gives a delivery back. @throws DeliveryLostError */
  async end(lease: DeliveryLease, end: DeliveryEnd): Promise<void> {
    const isOver = end.state !== 'waiting';
    await this.database.transaction(async (tx) => {
      const written = await tx.query(
        `UPDATE delivery
            SET state = $3, lease_until = NULL, call_seconds = NULL, attempts = $4, code = $5, reason = $6,
                next_try_at = now() + make_interval(secs => $7), ended_at = CASE WHEN $8 THEN now() END
          WHERE request_id = $1 AND epoch = $2 AND state = 'delivering' RETURNING 1`,
        [
          lease.requestId,
          lease.epoch,
          end.state,
          isOver ? lease.attempts + 1 : end.attempts,
          'code' in end ? end.code : null,
          'reason' in end ? end.reason : null,
          isOver ? 0 : end.tryInMs / 1000,
          isOver,
        ],
      );
      if (written.length === 0) throw new DeliveryLostError(lease);
      await notifyOf(tx, lease.requestId);
    });
  }

  /** @returns undefined unless its request has ended, and its results are still there */
  async lock(requestId: string, tx: Transaction): Promise<LockedDelivery | undefined> {
    await tx.waitAtMost(CALLER_LOCK_WAIT_MS);
    // The request first, as whoever steers it does: it shall not be erased meanwhile.
    await tx.query('SELECT 1 FROM request WHERE id = $1 FOR SHARE', [requestId]);
    const [delivery] = await tx.query<LockedDelivery>(
      `SELECT d.state, d.sealed_target AS "sealedTarget" FROM delivery d JOIN request r ON r.id = d.request_id
        WHERE d.request_id = $1 AND ${DELIVERABLE} FOR UPDATE OF d`,
      [requestId],
    );
    return delivery;
  }

  /** Gives a delivery that is locked, and that nobody works on, another target; {@link again} makes it due. */
  async redirect(requestId: string, { sealedTarget, receiver }: NewTarget, tx: Transaction): Promise<void> {
    await tx.query('UPDATE delivery SET sealed_target = $2 WHERE request_id = $1', [requestId, sealedTarget]);
    if (receiver === 'same') return;
    await tx.query(`UPDATE delivery SET state = 'withheld', delivered = 0 WHERE request_id = $1`, [
      requestId,
    ]);
    await tx.query('UPDATE record SET delivery = NULL WHERE request_id = $1 AND delivery IS NOT NULL', [
      requestId,
    ]);
  }

  /**
   * Makes a delivery that has failed or was withheld due again, with the records that its receiver refused; one that waits for its next
   * try is tried now. Nothing happens to any other.
   */
  async again(requestId: string, tx: Transaction): Promise<'due' | 'nothing'> {
    const due = await tx.query(
      `WITH before AS (SELECT state FROM delivery WHERE request_id = $1 FOR UPDATE)
       UPDATE delivery d
          SET state = 'waiting', next_try_at = now(), attempts = 0, refused = 0, ended_at = NULL,
              due_since = CASE WHEN before.state <> 'waiting' THEN now() ELSE due_since END,
              code = NULL, reason = NULL
         FROM before WHERE d.request_id = $1 AND before.state IN ('failed','withheld','waiting') RETURNING 1`,
      [requestId],
    );
    if (due.length === 0) return 'nothing';
    await tx.query(`UPDATE record SET delivery = NULL WHERE request_id = $1 AND delivery = 'refused'`, [
      requestId,
    ]);
    await notifyOf(tx, requestId);
    return 'due';
  }
}

/**
 * Stops a delivery that waits, retries or runs, until it is asked for again; one that has failed is given up by this. Whoever works on it writes nothing more; the
 * lease ends, but stays: what was sent last may still be under way. The caller holds a lock on the request.
 *
 * @returns whether it is withheld now, or was before
 */
export async function withholdDelivery(tx: Transaction, requestId: string): Promise<boolean> {
  const withheld = await tx.query(
    `UPDATE delivery
        SET state = 'withheld', epoch = epoch + 1, ${LEASE_OVER},
            ended_at = coalesce(ended_at, now())
      WHERE request_id = $1 AND state IN ('waiting','delivering','failed','withheld') RETURNING 1`,
    [requestId],
  );
  return withheld.length > 0;
}

/** The fence is read by the last statement too: that one changes the row which the fence locks, and must not come first. */
const NOTE = `
  WITH fence AS MATERIALIZED (
    SELECT 1 FROM delivery WHERE request_id = $1 AND epoch = $2 AND state = 'delivering' FOR UPDATE
  ), sent AS (
    UPDATE record SET delivery = $4 FROM fence WHERE request_id = $1 AND line = $3 RETURNING 1
  ), next AS (
    UPDATE record SET delivery = 'sending' FROM fence WHERE request_id = $1 AND line = $5
  )
  UPDATE delivery
     SET delivered = delivered + (SELECT count(*) FROM sent WHERE $4::text = 'delivered'),
         refused = refused + (SELECT count(*) FROM sent WHERE $4::text = 'refused')
   WHERE request_id = $1 AND EXISTS (SELECT 1 FROM fence)
  RETURNING 1`;
