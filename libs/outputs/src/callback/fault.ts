import { type ErrorCode, type ErrorDetails, errorText } from '@mts/domain';

/**
 * What a fault means for what was sent.
 *
 * - `refused`: the receiver will not take this body; others it may.
 * - `later`: sending it again can help, and other bodies may be taken now.
 * - `busy`: nothing is taken for now; sending again can help.
 * - `final`: nothing will be taken until somebody mends the set-up.
 */
export type CallbackFaultEffect = 'refused' | 'later' | 'busy' | 'final';

/** A callback that did not succeed. Its text holds no address, nothing of the receiver's words, and no secret. */
export class CallbackFault extends Error {
  override readonly name = 'CallbackFault';

  constructor(
    readonly effect: CallbackFaultEffect,
    readonly code: ErrorCode,
    details: ErrorDetails = {},
    /** What the receiver asks to wait, if it says. */
    readonly retryAfterMs?: number,
  ) {
    super(errorText(code, details));
  }

  /** Whether sending again can help. */
  get canPass(): boolean {
    return this.effect === 'later' || this.effect === 'busy';
  }

  /** The same fault of a log-in: until it succeeds, nothing can be sent. */
  forAll(): CallbackFault {
    if (this.effect === 'final' || this.effect === 'busy') return this;
    const details = { problem: 'at the log-in' };
    return new CallbackFault('busy', this.code, details, this.retryAfterMs);
  }
}
