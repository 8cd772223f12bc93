import type { Call } from './call.js';

/** So many calls in a row are no accident of single records. */
const IN_A_ROW_TO_DOUBT = 3;

/**
 * Which calls of this process failed in a row, whoever they were about.
 *
 * - A call **fails** when IDA says nothing about anybody: silence, a 5xx, garbage. It is **answered** when IDA says something
 *   about the person, match or not.
 * - Failures count since the last answer. One that was sent before another call that was answered does not count: whoever
 *   hangs for ten seconds, while all who were asked after him were answered, says nothing of others.
 * - Three in a row are a **doubt**: it is to be found out whose failure it is, see SilenceWatch. Only an answer ends it.
 */
export class Circuit {
  private inARow: Call[] = [];
  private readonly underWay = new Set<Call | Promise<unknown>>();
  private ownAnsweredMs = -Infinity;
  private latestAnsweredMs = -Infinity;
  private changed = Promise.withResolvers<void>();

  /** When the latest of the answered calls of this process was sent; -Infinity when none was. */
  get answeredSentAtMs(): number {
    return this.ownAnsweredMs;
  }

  get isInDoubt(): boolean {
    return this.inARow.length >= IN_A_ROW_TO_DOUBT;
  }

  /** The latest call that tells of IDA's health has failed. */
  get hasFailed(): boolean {
    return this.inARow.length > 0;
  }

  /** The requests whose calls failed in a row. */
  get requests(): ReadonlySet<string> {
    return new Set(this.inARow.map(({ requestId }) => requestId));
  }

  /** Whether no other record failed in the row. */
  isOnlyOne({ requestId, line }: Call): boolean {
    return this.inARow.every((failed) => failed.requestId === requestId && failed.line === line);
  }

  begin(call: Call): void {
    this.underWay.add(call);
  }

  answered(call: Call): void {
    this.ownAnsweredMs = Math.max(this.ownAnsweredMs, call.sentAtMs);
    this.latestAnsweredMs = Math.max(this.latestAnsweredMs, call.sentAtMs);
    this.inARow = [];
    this.underWay.delete(call);
    this.wake();
  }

  /** Somebody was answered by another seeder. @param sentAtMs when that call was sent */
  answeredElsewhere(sentAtMs: number): void {
    this.latestAnsweredMs = Math.max(this.latestAnsweredMs, sentAtMs);
    this.inARow = this.inARow.filter((failed) => failed.sentAtMs > sentAtMs);
  }

  /** @returns whether it counts */
  failed(call: Call): boolean {
    const counts = call.sentAtMs >= this.latestAnsweredMs;
    if (counts) this.inARow.push(call);
    this.ended(call);
    return counts;
  }

  /** The call says nothing of IDA's health, or has said it before. */
  ended(call: Call | Promise<unknown>): void {
    if (this.underWay.delete(call)) this.wake();
  }

  /** What it was about is found out, and begins anew: this process may never hear how it ends. */
  forget(): void {
    this.inARow = [];
    this.wake();
  }

  /** Resolves when an answer has ended the doubt; or `check` has ended, and no call is under way that could bring one. */
  async settled(check: Promise<unknown>): Promise<void> {
    this.underWay.add(check);
    const checked = (): void => this.ended(check);
    check.then(checked, checked);
    while (this.isInDoubt && this.underWay.size > 0) await this.changed.promise;
    this.underWay.delete(check);
  }

  /** Resolves when one of the calls that are under way now is answered, or all have ended. */
  async othersEnded(): Promise<void> {
    const others = [...this.underWay];
    while (this.hasFailed && others.some((call) => this.underWay.has(call))) await this.changed.promise;
  }

  private wake(): void {
    this.changed.resolve();
    this.changed = Promise.withResolvers();
  }
}
