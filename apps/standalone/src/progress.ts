const BAR_WIDTH = 30;
const LINE_EVERY_MS = 5_000;

/** Where progress is shown: a terminal, or a log that must hold no control characters. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows how far a list is: a bar that moves on a terminal, now and then a line elsewhere. */
export class Progress {
  private shownAt = Number.NEGATIVE_INFINITY;
  private shown = '';

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number = Date.now,
  ) {}

  show(done: number, total: number): void {
    const text = `${format(done)} of ${format(total)} people`;
    if (this.screen.isTTY) this.draw(`${bar(done, total)} ${text}`);
    else if (text !== this.shown && (done === total || this.now() - this.shownAt >= LINE_EVERY_MS))
      this.line(text);
  }

  /** Leaves the cursor on a new line. */
  end(): void {
    if (this.screen.isTTY && this.shown !== '') this.screen.write('\n');
  }

  private draw(text: string): void {
    // Back to the start of the line; what stood there is never longer.
    if (text !== this.shown) this.screen.write(`\r${text}`);
    this.shown = text;
  }

  private line(text: string): void {
    this.screen.write(`  ${text}\n`);
    this.shown = text;
    this.shownAt = this.now();
  }
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? 0 : Math.floor((done / total) * BAR_WIDTH);
  return `  [${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
}

function format(count: number): string {
  return count.toLocaleString('en');
}
