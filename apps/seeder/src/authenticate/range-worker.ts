import type { KekProvider } from '@mts/crypto';
import type { QueueMessages } from '@mts/domain';
import type { Logger } from '@mts/platform';
import {
  isOfDatabase,
  type Lease,
  LeaseLostError,
  type Request,
  type RequestStore,
  type SetAsideStore,
} from '@mts/store';

import { kindOf, placesOf } from '../thrown.js';
import type { Backlog, Unsent } from './backlog.js';
import type { LeaseKeeper } from './lease-keeper.js';
import { persist, persistWhile } from './persist.js';
import { type AgainIn, RangeWalk, type RangeWalkParts, RecordsBrokenError } from './range-walk.js';
import type { Desk } from './record-asker.js';
import { RecordBook } from './record-book.js';
import type { Standby } from './standby.js';
import type { Stint } from './stint.js';
import type { Twins } from './twins.js';

/** Of the records that do not open; the number of all stands beside them. */
const LINES_TOLD_MAX = 20;

/** What is to be worked on: whichever range of a list is next or, with `n`, one that was left. */
export interface Turn {
  readonly requestId: string;
  readonly n?: number;
}

/** What a range worker is made of; see seeder.module.ts. */
export interface RangeWorkerParts extends RangeWalkParts {
  readonly setAside: SetAsideStore;
  readonly requests: RequestStore;
  readonly keks: KekProvider;
  readonly keeper: LeaseKeeper<Lease>;
  readonly twins: Pick<Twins, 'share'>;
  readonly standby: Pick<Standby, 'isOn'>;
  readonly backlog: Backlog;
  readonly logger: Logger;
  /** Told of a request that has ended. */
  readonly onEnded: (requestId: string) => Promise<void>;
}

/** What is done with a range that was taken. */
export type RangeWork = (walk: RangeWalk, desk: Desk) => Promise<AgainIn>;

interface Walk {
  readonly lease: Lease;
  readonly request: Request;
  readonly signal: AbortSignal;
  readonly work: RangeWork;
  readonly turn: TurnWork | undefined;
}

/** Of a list that has its place for a time. */
interface TurnWork {
  readonly stint: Stint;
  readonly unsent: Unsent;
}

/** Works through one range: takes its lease, asks IDA about the records without an outcome, and hands it back. */
export class RangeWorker {
  constructor(private readonly parts: RangeWorkerParts) {}

  /** For somebody who waits for the answer. */
  async work({ requestId, n }: QueueMessages['sync']): Promise<void> {
    // Fetched while it was found out; another seeder takes it when the reconciler offers it.
    if (this.parts.standby.isOn) return;
    const takenAtMs = performance.now();
    const lease = await this.parts.ranges.take(requestId, n);
    if (lease === undefined) return;
    await this.workOn(lease, takenAtMs, async (walk) => walk.askAll());
  }

  /**
   * The same with the range that is meant or else the next one of the list, once more of it is wanted here; until its time is
   * over. One that waits in vain lets others have the place.
   * @returns whether there may be more
   */
  async workInTurn(turn: Turn, stint: Stint): Promise<boolean> {
    const { backlog } = this.parts;
    const { requestId, n } = turn;
    // Others here have work of the list and make its calls.
    if (!backlog.isLow(requestId)) stint.noteCall();
    const unsent = await (n === undefined ? backlog.addWhenLow(requestId, stint) : backlog.add(requestId));
    if (unsent === undefined) return true;
    try {
      return await this.takeAndWork(turn, { stint, unsent });
    } finally {
      backlog.remove(requestId, unsent);
    }
  }

  /**
   * Does something with a range, and hands it back.
   * @param takenAtMs a moment before it was taken, of `performance.now()`
   */
  async workOn(lease: Lease, takenAtMs: number, work: RangeWork, turn?: TurnWork): Promise<void> {
    const { keeper, requests, ranges, logger } = this.parts;
    const kept = keeper.keep(lease, takenAtMs);
    const signal = turn === undefined ? kept : AbortSignal.any([kept, turn.stint.over]);
    try {
      const request = await persistWhile(signal, async () => requests.find(lease.requestId));
      if (request === null) return;
      // Not read: the work was stopped while the range was being taken. It is handed back as it is.
      const againIn =
        request === undefined ? undefined : await this.walk({ lease, request, signal, work, turn });
      // The end of a long list locks the range for long: a renewal of it, and of all others with it, would wait.
      keeper.release(lease);
      const ended = await persist(async () => ranges.finish(lease, againIn));
      if (ended !== undefined) {
        logger.info('the request has ended', { requestId: lease.requestId, state: ended });
        await this.parts.onEnded(lease.requestId);
      }
    } catch (error) {
      await this.handBackAfter(lease, error);
    } finally {
      keeper.release(lease);
    }
  }

  private async walk({ lease, request, signal, work, turn }: Walk): Promise<AgainIn> {
    const desk = await this.deskFor(lease, request);
    const asker = turn === undefined ? this.parts.asker : turn.stint.follow(this.parts.asker);
    // First what an earlier holder knew: nobody has to be asked for it.
    await this.parts.twins.share(lease, desk.book, signal);
    const againIn = await work(new RangeWalk({ ...this.parts, asker }, desk, signal, turn?.unsent), desk);
    await this.parts.twins.share(lease, desk.book, signal);
    return againIn;
  }

  private async takeAndWork({ requestId, n }: Turn, turn: TurnWork): Promise<boolean> {
    if (this.parts.standby.isOn) return false;
    const takenAtMs = performance.now();
    const { ranges } = this.parts;
    const lease = await (n === undefined ? ranges.takeNext(requestId) : ranges.take(requestId, n));
    if (lease === undefined) return false;
    await this.workOn(lease, takenAtMs, async (walk) => walk.askAll(), turn);
    return true;
  }

  private async deskFor(lease: Lease, request: Request): Promise<Desk> {
    const { keks, keeper, logger } = this.parts;
    return {
      lease,
      book: await RecordBook.open(request, keks, logger),
      claim: { urgency: lease.awaited ? 'awaited' : 'listed', requestId: lease.requestId },
      maySend: () => keeper.isTrusted(lease),
      purpose: 'work',
      isLastResort: false,
    };
  }

  private async handBackAfter(lease: Lease, error: unknown): Promise<void> {
    const { requestId, n } = lease;
    // Its lease runs out, and the range is offered again.
    if (isOfDatabase(error)) throw error;
    const kind = kindOf(error);
    const standing = error instanceof LeaseLostError ? 'lost' : await this.noteFault(lease, kind);
    if (standing === 'lost') {
      this.parts.logger.info('the range was taken over or its request ended', { requestId, n });
      return;
    }
    const what =
      standing === 'set aside'
        ? 'a range is set aside, for each try to work on it ended in a fault of this program; it has to be put back'
        : 'a range cannot be worked on because of a fault of this program; it is tried again later';
    const place = error instanceof RecordsBrokenError ? linesOf(error) : { thrown: placesOf(error) };
    this.parts.logger.error(what, { requestId, n, kind, ...place });
  }

  /** Keys that are missing are no fault where the request was erased meanwhile: its ranges are lost then. */
  private async noteFault(lease: Lease, kind: string): Promise<'lost' | 'set aside' | 'waits'> {
    try {
      const isSetAside = await persist(async () => this.parts.setAside.noteFault(lease, kind));
      return isSetAside ? 'set aside' : 'waits';
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error;
      return 'lost';
    }
  }
}

function linesOf({ lines }: RecordsBrokenError): { readonly broken: number; readonly lines: string } {
  return { broken: lines.length, lines: lines.slice(0, LINES_TOLD_MAX).join(', ') };
}
