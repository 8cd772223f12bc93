import type { Logger } from '@mts/platform';
import type {
  Lease,
  NoProbe,
  OpenRecord,
  ProbeRange,
  ProbeRecord,
  ProbeStore,
  RangeStore,
  SilenceStore,
} from '@mts/store';

import type { CallPurpose } from '../profile/call.js';
import { RecordsBrokenError } from './range-walk.js';
import type { RangeWorker } from './range-worker.js';
import type { AfterAsk, Desk, RecordAsker } from './record-asker.js';

/** What a probe has come to. */
export type AfterProbe = AfterAsk | NoProbe;

export interface ProbesParts {
  readonly store: ProbeStore;
  readonly silence: Pick<SilenceStore, 'lift'>;
  readonly ranges: RangeStore;
  readonly worker: Pick<RangeWorker, 'workOn'>;
  readonly asker: Pick<RecordAsker, 'ask'>;
  readonly logger: Logger;
}

interface Chosen {
  readonly found: ProbeRecord;
  readonly record: OpenRecord;
}

/**
 * Asks about one waiting record to find out whether a hold is over, see ProbeStore for which. An answer about somebody of a
 * request that is held for IDA's silence ends that hold, whatever it was to find out.
 */
export class Probes {
  constructor(private readonly parts: ProbesParts) {}

  async ofProfile(): Promise<AfterProbe> {
    const { store } = this.parts;
    const range = await store.ofProfile();
    if (typeof range === 'string') return range;
    return this.probe(range, 'profile probe', async ({ wasAsked }) => {
      const isLastResort = wasAsked && range.isLastResort;
      await store.noteProfileProbe(isLastResort);
      return isLastResort;
    });
  }

  /** As if everybody were held; it is to tell whether this seeder can ask again. */
  async ofSeeder(): Promise<AfterProbe> {
    const range = await this.parts.store.ofSeeder();
    if (typeof range === 'string') return range;
    // Of people who were asked before, others find out.
    return range.isLastResort
      ? 'under way'
      : this.probe(range, 'seeder probe', async () => Promise.resolve(false));
  }

  /** Where nobody waits any more, the hold of the request has nothing to wait for, and ends. */
  async ofRequest(requestId: string): Promise<AfterProbe> {
    const { store } = this.parts;
    const range = await store.ofRequest(requestId);
    if (range === 'nothing waits') await this.lift(requestId);
    if (typeof range === 'string') return range;
    return this.probe(range, 'request probe', async ({ wasAsked, isSuspect }) => {
      // Of a suspect this is the last call, whatever comes of it.
      const isLastResort = wasAsked && !isSuspect;
      await store.noteRequestProbe(requestId, isLastResort);
      return isLastResort;
    });
  }

  private async probe(
    { requestId, n }: ProbeRange,
    purpose: CallPurpose,
    noteWhetherLastResort: (record: ProbeRecord) => Promise<boolean>,
  ): Promise<AfterProbe> {
    const { ranges, worker, asker } = this.parts;
    const takenAtMs = performance.now();
    const lease = await ranges.take(requestId, n, 'probe');
    let after = 'stopped' as AfterProbe;
    if (lease === undefined) return after;
    await worker.workOn(lease, takenAtMs, async (walk, desk) => {
      const chosen = await this.recordOf(lease, desk);
      if (chosen === undefined) return undefined;
      const { found, record } = chosen;
      const isLastResort = await noteWhetherLastResort(found);
      await walk.noteSending([record]);
      after = await asker.ask({ ...desk, purpose, isLastResort }, record);
      return undefined;
    });
    if (after === 'answered') await this.lift(requestId);
    return after;
  }

  private async lift(requestId: string): Promise<void> {
    const { silence, logger } = this.parts;
    if (await silence.lift(requestId)) logger.info('the hold of the request has ended', { requestId });
  }

  /** @throws RecordsBrokenError when no record that is left opens */
  private async recordOf(lease: Lease, { book }: Desk): Promise<Chosen | undefined> {
    const { store, ranges } = this.parts;
    const broken: number[] = [];
    for (;;) {
      const found = await store.recordOf(lease, broken);
      const [record] = found === undefined ? [] : await ranges.openRecords(lease, found.line - 1, 1);
      if (found === undefined || record === undefined) break;
      if (book.read(record).kind !== 'broken') return { found, record };
      broken.push(found.line);
    }
    if (broken.length > 0) throw new RecordsBrokenError(broken);
    return undefined;
  }
}
