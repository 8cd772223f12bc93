/** So many calls in a row without an answer are an outage, not a person whose record troubles IDA. */
const SILENCES_TO_OPEN = 3;

/**
 * Tells an outage of IDA from single calls that fail. One process' view: what it finds is made known to all seeders
 * as a hold of the profile.
 */
export class Circuit {
  private silences = 0;

  answered(): void {
    this.silences = 0;
  }

  /** @returns whether this silence makes it an outage. */
  silent(): 'outage' | 'single' {
    this.silences += 1;
    return this.silences >= SILENCES_TO_OPEN ? 'outage' : 'single';
  }
}
