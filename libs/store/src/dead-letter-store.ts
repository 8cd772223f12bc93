import { FINISHED_REQUEST_STATES } from '@mts/domain';

import type { Database } from './database.js';
import { DeliveryStore } from './delivery-store.js';
import { type SetAsideRange, SetAsideStore } from './set-aside-store.js';

/** What was given up on, and waits for a person to decide. */
export type DeadLetter = DeadLetterName & {
  readonly since: Date;
  /** Of the last fault: a code of our catalogue; of a range, the class of the error. */
  readonly code: string;
  /** For people; without personal data. */
  readonly reason: string;
};

/** What names a dead letter. */
export type DeadLetterName =
  | { readonly kind: 'delivery' | 'pull'; readonly requestId: string }
  | { readonly kind: 'range'; readonly requestId: string; readonly n: number };

/**
 * - `put back`: it is worked on again.
 * - `source erased`: of a pull that failed, how to get to its source is not kept.
 * - `none`: there is no such dead letter, or not any more.
 */
export type PutBack = 'put back' | 'source erased' | 'none';

/**
 * Finds what the system has given up on. The queue has nothing of the kind: its jobs only wake somebody up, and one that
 * is lost or expires is handed in again for as long as its row has work (see QUEUE_DEFINITIONS in libs/queue).
 */
export class DeadLetterStore {
  private readonly deliveries: DeliveryStore;
  private readonly ranges: SetAsideStore;

  constructor(private readonly database: Database) {
    this.deliveries = new DeliveryStore(database);
    this.ranges = new SetAsideStore(database);
  }

  /** Ranges first, each kind in order of time. */
  async list(): Promise<readonly DeadLetter[]> {
    const ranges = await this.ranges.setAsideRanges();
    return [...ranges.map(ofRange), ...(await this.database.query<DeadLetter>(LIST))];
  }

  async putBack(name: DeadLetterName): Promise<PutBack> {
    if (name.kind === 'range')
      return (await this.ranges.putBack(name.requestId, name.n)) ? 'put back' : 'none';
    if (name.kind === 'delivery') return this.putBackDelivery(name.requestId);
    const [failed] = await this.database.query(`${FAILED_PULLS} AND p.request_id = $1`, [name.requestId]);
    return failed === undefined ? 'none' : 'source erased';
  }

  private async putBackDelivery(requestId: string): Promise<PutBack> {
    return this.database.transaction(async (tx) => {
      const delivery = await this.deliveries.lock(requestId, tx);
      if (delivery?.state !== 'failed') return 'none';
      await this.deliveries.again(requestId, tx);
      return 'put back';
    });
  }
}

function ofRange({ requestId, n, fromLine, toLine, kind: code, since, ...rest }: SetAsideRange): DeadLetter {
  const reason = `Each try to work on lines ${String(fromLine)} to ${String(toLine)} ended in this error; the log of the seeders tells where.${openText(rest)} All others go on.`;
  return { kind: 'range', requestId, n, since, code, reason };
}

/** Where records are to blame, these are they. */
function openText({ open, openLines }: Pick<SetAsideRange, 'open' | 'openLines'>): string {
  if (open === 0) return '';
  const more = open > openLines.length ? ` and ${String(open - openLines.length)} more` : '';
  const which = open === 1 ? 'Without a result is line' : 'Without a result are lines';
  return ` ${which} ${openLines.join(', ')}${more}.`;
}

/** One that was withheld was not given up on, and of one whose results are erased nothing is left to be delivered. */
const FAILED_DELIVERIES = `
  SELECT 'delivery' AS kind, d.request_id AS "requestId", d.ended_at AS since, d.code, d.reason
    FROM delivery d JOIN request r ON r.id = d.request_id
   WHERE d.state = 'failed' AND r.state = ANY (ARRAY['${FINISHED_REQUEST_STATES.join(`','`)}'])`;

/** That of a cancelled request was not given up on. */
const FAILED_PULLS = `
  SELECT 'pull' AS kind, p.request_id AS "requestId", p.ended_at AS since, p.code, p.reason
    FROM pull p JOIN request r ON r.id = p.request_id
   WHERE p.state = 'failed' AND r.state = 'submitted_with_errors'`;

const LIST = `${FAILED_DELIVERIES} UNION ALL ${FAILED_PULLS} ORDER BY since`;
