import type { IdaFault } from '@mts/domain';
import type { Logger } from '@mts/platform';

import type { AfterFault, RangeCall } from './call.js';
import type { Holds } from './holds.js';
import { OwnHold } from './own-hold.js';
import type { Patience } from './patience.js';
import type { Preflights } from './preflights.js';
import { reasonOf } from './reason.js';
import type { RequestHolds } from './request-holds.js';
import { SetAsideCounts } from './set-aside-counts.js';
import { SilenceLog } from './silence-log.js';
import type { SilenceWatch } from './silence-watch.js';

export interface ProfileGuardParts {
  readonly own: Pick<OwnHold, 'holdUnanswered'>;
  readonly holds: Pick<Holds, 'hold' | 'holdAfter' | 'hasLiftedSince'>;
  readonly preflights: Pick<Preflights, 'make'>;
  readonly requests: Pick<RequestHolds, 'holdForRecords'>;
  readonly silences: Pick<SilenceWatch, 'failed' | 'ended' | 'probeFailed'>;
  readonly patience: Pick<Patience, 'waitFor'>;
  readonly logger: Logger;
}

/**
 * Decides what a fault means for others: nothing, a hold of the request, of this seeder, or of the profile.
 *
 * - one that **says nothing** about anybody (see IdaFault): calls that fail so in a row open a doubt, and it is found out
 *   whose failure it is, see {@link SilenceWatch}.
 * - one that **something before IDA turned away** while preflights come through: the same, and beside it the record waits. A
 *   hold that comes of it ends by itself, for asking again harms nobody.
 * - **configuration**, **client** else: a preflight at once. If that fails too, the set-up is broken and the profile is held
 *   until a preflight succeeds; or this seeder alone, where IDA answers another one ({@link SecondOpinion}) or refuses its
 *   clock. If not, it is this record or this request, see {@link SetAsideCounts}. A call that was made before a hold ended
 *   failed with the others and counts for nothing.
 *
 * A probe needs no two others that fail like it: it tells of the hold there is why it goes on.
 */
export class ProfileGuard {
  private readonly silenceLog: SilenceLog;
  private readonly setAside = new SetAsideCounts();
  /** Of whichever records it is, the others go on: it is no more than these as long as others are answered in between. */
  private readonly turnedAway = new SetAsideCounts(Infinity);

  constructor(private readonly parts: ProfileGuardParts) {
    this.silenceLog = new SilenceLog(parts.logger);
  }

  /** Holds what the fault means is to be held. @returns whether the work on the request can go on */
  async faulted(call: RangeCall, fault: IdaFault): Promise<AfterFault> {
    if (fault.saysNothing) return this.silent(call, fault);
    const { silences, patience, holds, logger } = this.parts;
    silences.ended(call);
    const isOfAll = await patience.waitFor(async () => this.isOfAll(call));
    // The process stops: whose it is remains open.
    if (isOfAll === undefined) return 'go on';
    if (isOfAll) return 'all held';
    if (holds.hasLiftedSince(call.sentAtMs)) return 'go on';
    if (OwnHold.isMeantBy(fault.code)) {
      // Just within what IDA allows at one time, and just outside at another: none of the record's fault.
      logger.warn('IDA refuses the time of some calls', { code: fault.code, reason: fault.message });
      return 'go on';
    }
    const after = isOfTheWay(fault) ? await this.silent(call, fault) : 'go on';
    return after === 'go on' ? this.setAsideOf(call, fault) : after;
  }

  /** Whether a preflight fails too; then it has held all. */
  private async isOfAll({ purpose }: RangeCall): Promise<boolean> {
    const { preflights, holds } = this.parts;
    const preflight = await preflights.make();
    if (!preflight.ok) await holds.holdAfter(preflight, purpose === 'profile probe' ? 'record' : 'preflight');
    return !preflight.ok;
  }

  private async silent(call: RangeCall, fault: IdaFault): Promise<AfterFault> {
    const { silences, own, holds } = this.parts;
    this.silenceLog.note({ code: fault.code, reason: fault.message });
    const cause = {
      code: fault.code,
      reason: silenceReason(call, fault),
      isOfTheWay: isOfTheWay(fault),
      message: fault.message,
    };
    if (call.purpose === 'work') return silences.failed(call, cause);
    await silences.probeFailed(call);
    // That its people are not answered is known already, and says nothing of others.
    if (call.purpose === 'request probe') return 'request held';
    if (call.purpose === 'seeder probe') await own.holdUnanswered(cause);
    else await holds.hold('record', cause, 'record');
    return 'all held';
  }

  private async setAsideOf(call: RangeCall, fault: IdaFault): Promise<AfterFault> {
    const { requestId, line } = call;
    const isWay = isOfTheWay(fault);
    const counts = isWay ? this.turnedAway : this.setAside;
    const reach = counts.note(requestId, line);
    const { code, effect } = fault;
    this.parts.logger.warn('a record is set aside', { requestId, line, code, effect });
    if (reach === 'record') return 'go on';
    const endedBy = isWay ? 'an answer' : 'hand';
    if (!(await this.parts.requests.holdForRecords(call, fault, reach, endedBy))) return 'go on';
    counts.forget(requestId);
    return 'request held';
  }
}

/** A proxy, gateway or firewall has answered with a redirect or a 4xx, as IDA never does (libs/ida-client, faults.ts). */
function isOfTheWay({ code, effect }: IdaFault): boolean {
  return code === 'MTS-IDA-103' && effect === 'not-asked';
}

/** Why one does not tell the fault of the set-up that calls meet. */
const NOT_SEEN_BY_A_PREFLIGHT =
  'Preflights do not meet this, for IDA comes to it only after it has looked a person up:';

/** As long as one can be probed with who was never asked about, it is soon found out when it is over; else it takes longer. */
function silenceReason({ isLastResort }: RangeCall, { faultClass, effect, code, message }: IdaFault): string {
  const why = reasonOf(code, message);
  const reason =
    effect === 'not-asked' || faultClass === 'transient' ? why : `${NOT_SEEN_BY_A_PREFLIGHT} ${why}`;
  if (!isLastResort) return reason;
  return `${reason} All who wait have been asked about before without an answer, and are asked again ever less often. Whoever is handed in now is asked about at once.`;
}
