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

  /**
   * @returns whether this failure makes it one that everybody has. Then it is found out, and who ends that begins anew:
   * this process may never hear that another one, or an operator, has.
   */
  failed(): 'everybody' | 'single' {
    this.inARow += 1;
    if (this.inARow < IN_A_ROW_TO_OPEN) return 'single';
    this.inARow = 0;
    return 'everybody';
  }
}
