/** So many calls in a row are no accident of single records. */
const IN_A_ROW_TO_OPEN = 3;

/**
 * Tells what goes wrong for everybody from single calls that fail. One process' view, over all its requests: what it
 * finds is made known to all seeders as a hold of the profile.
 */
export class Circuit {
  private inARow = 0;

  answered(): void {
    this.inARow = 0;
  }

  /** @returns whether this failure makes it one that everybody has. */
  failed(): 'everybody' | 'single' {
    this.inARow += 1;
    return this.inARow >= IN_A_ROW_TO_OPEN ? 'everybody' : 'single';
  }
}
