import type { OwnHold } from '../profile/own-hold.js';
import type { InFlightShare } from './in-flight-share.js';

/** Whether this seeder leaves all work to the others: while it holds itself or finds out whether to, and while it has no place for a call. */
export class Standby {
  constructor(
    private readonly own: Pick<OwnHold, 'asksNobody' | 'follow'>,
    private readonly share: Pick<InFlightShare, 'places' | 'follow'>,
  ) {}

  get isOn(): boolean {
    return this.own.asksNobody || this.share.places === 0;
  }

  /** Told whenever it may have changed. */
  follow(listener: () => void): void {
    this.own.follow(listener);
    this.share.follow(listener);
  }
}
