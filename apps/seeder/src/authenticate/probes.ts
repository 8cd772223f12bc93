import type { Logger } from '@mts/platform';
import type { ProbeRange, ProbeRecord, ProbeStore, RangeStore, SilenceStore } from '@mts/store';

import type { CallPurpose } from '../profile/profile-guard.js';
import type { RangeWorker } from './range-worker.js';
import type { AfterAsk, RecordAsker } from './record-asker.js';

/** What a probe has come to. */
export type AfterProbe = AfterAsk | 'nothing waits';

export interface ProbesParts {
  readonly store: ProbeStore;
  readonly silence: Pick<SilenceStore, 'lift'>;
  readonly ranges: RangeStore;
  readonly worker: Pick<RangeWorker, 'workOn'>;
  readonly asker: Pick<RecordAsker, 'ask'>;
  readonly logger: Logger;
}

/**
 * Asks about one waiting record to find out whether a hold is over, see ProbeStore for which. An answer about somebody of a
 * request that is held for IDA's silence ends that hold, whatever it was to find out.
 */
export class Probes {
  constructor(private readonly parts: ProbesParts) {}

  /** @param nth how many probes the hold has had */
  async ofProfile(nth: number): Promise<AfterProbe> {
    const { store } = this.parts;
    return this.probe(await store.ofProfile(nth), 'profile probe', async ({ wasAsked }) => {
      await store.noteProfileProbe(wasAsked);
      return wasAsked;
    });
  }

  async ofRequest(requestId: string): Promise<AfterProbe> {
    const { store } = this.parts;
    return this.probe(await store.ofRequest(requestId), 'request probe', async ({ wasAsked, isSuspect }) => {
      // Of a suspect this is the last call, whatever comes of it.
      const isLastResort = wasAsked && !isSuspect;
      await store.noteRequestProbe(requestId, isLastResort);
      return isLastResort;
    });
  }

  private async probe(
    range: ProbeRange | undefined,
    purpose: CallPurpose,
    noteWhetherLastResort: (record: ProbeRecord) => Promise<boolean>,
  ): Promise<AfterProbe> {
    const { store, silence, ranges, worker, asker, logger } = this.parts;
    if (range === undefined) return 'nothing waits';
    const { requestId, n } = range;
    const takenAtMs = performance.now();
    const lease = await ranges.take(requestId, n, 'probe');
    let after = 'stopped' as AfterProbe;
    if (lease === undefined) return after;
    await worker.workOn(lease, takenAtMs, async (walk, desk) => {
      const found = await store.recordOf(lease);
      const [record] = found === undefined ? [] : await ranges.openRecords(lease, found.line - 1, 1);
      if (found === undefined || record === undefined) return undefined;
      const isLastResort = await noteWhetherLastResort(found);
      await walk.noteSending([record]);
      after = await asker.ask({ ...desk, purpose, isLastResort }, record);
      return undefined;
    });
    if (after === 'answered' && (await silence.lift(requestId)))
      logger.info('the hold of the request has ended', { requestId });
    return after;
  }
}
