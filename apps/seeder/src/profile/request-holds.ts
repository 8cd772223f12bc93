import type { IdaFault } from '@mts/domain';
import type { Logger } from '@mts/platform';
import type { ProfileStore, SilenceStore } from '@mts/store';

import type { AskingWork } from './asking-work.js';
import type { RangeCall } from './call.js';
import { type Cause, reasonOf, type SilenceCause } from './reason.js';
import type { SetAsideReach } from './set-aside-counts.js';

export interface RequestHoldsParts {
  readonly profile: Pick<ProfileStore, 'holdRequest' | 'holdRequestAtItsEnd'>;
  readonly silence: Pick<SilenceStore, 'holdRequest' | 'holdLists'>;
  readonly work: Pick<AskingWork, 'stop'>;
  readonly logger: Logger;
}

/** Holds single requests: for IDA's silence about their people, or for what their own records meet. */
export class RequestHolds {
  constructor(private readonly parts: RequestHoldsParts) {}

  /** Each for itself, until one of its people is answered; all others go on. */
  async holdAlone(requestIds: ReadonlySet<string>, { code, reason }: Cause): Promise<void> {
    const { silence, work, logger } = this.parts;
    for (const requestId of requestIds) {
      if (await silence.holdRequest(requestId, code, aloneReason(requestId, reason)))
        logger.error('the request is held: IDA can be asked, but does not answer about its people', {
          requestId,
          code,
          reason,
        });
      work.stop(requestId);
    }
  }

  /** Those whose calls were among the ones for which everybody is held: none goes on just because that ends. */
  async holdBesideAll(
    requestIds: ReadonlySet<string>,
    { code, reason, message }: SilenceCause,
  ): Promise<void> {
    const { silence, logger } = this.parts;
    const lists = [...requestIds].map((requestId) => ({
      requestId,
      reason: besideReason(requestId, message),
    }));
    for (const requestId of await silence.holdLists(lists, code))
      logger.error('the request is held: calls about its people were among those for which all is held', {
        requestId,
        code,
        reason,
      });
  }

  /**
   * For records that cannot be asked about: at once, or at its end where the last one has it alone.
   * @param endedBy what ends a hold at its end: an answer about one of its people, or somebody's hand alone
   * @returns whether it is held now
   */
  async holdForRecords(
    call: RangeCall,
    fault: IdaFault,
    reach: Exclude<SetAsideReach, 'record'>,
    endedBy: 'an answer' | 'hand',
  ): Promise<boolean> {
    const { profile, logger } = this.parts;
    const [{ requestId }, { code }] = [call, fault];
    const reason = recordsReason(requestId, fault, reach);
    if (reach === 'request') await profile.holdRequest(requestId, code, reason);
    else if (!(await profile.holdRequestAtItsEnd(call, code, reason, endedBy))) return false;
    logger.error('the request is held', { requestId, code, reason });
    return true;
  }
}

function aloneReason(requestId: string, reason: string): string {
  return `IDA answers preflights, but not about the people of this list, several calls about whom failed in a row: ${reason} All others go on, and nothing is lost. One of the people is asked now and then, and when that is answered the list goes on by itself; POST /authtoken/resume/${requestId} has it tried at once.`;
}

/** It outlasts the hold of everybody, and is to be true also then. */
function besideReason(requestId: string, message: string): string {
  return `When everybody was held, calls about people of this list had failed too (${quoted(message)}). While others can be asked, one of its people is asked now and then, and when one is answered the list goes on by itself. POST /authtoken/resume/${requestId} has it go on with the others.`;
}

/** Not to be read as words of ours. */
function quoted(message: string): string {
  return message.replace(/^(IDA: )?(.*)$/s, '$1"$2"');
}

function recordsReason(requestId: string, fault: IdaFault, reach: 'request' | 'last record'): string {
  const which =
    reach === 'request' ? 'Several of its records' : 'A record of it, the last to be asked about,';
  return `${which} got no usable answer, while a preflight succeeds: ${reasonOf(fault.code, fault.message)} When that is mended, POST /authtoken/resume/${requestId}`;
}
