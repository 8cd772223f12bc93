/** What of a terminal's stream is needed here. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

/** ECMA-48: erase the line. */
const ERASE_LINE = '\u001b[2K';

/** One line on a terminal that says how far a list is; a log gets nothing. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #count: number;
  #percent = 0;

  constructor(terminal: Terminal, count: number) {
    this.#terminal = terminal;
    this.#count = count;
  }

  /** Writes whenever another hundredth is done. */
  show(rowCount: number): void {
    const percent = Math.floor((100 * rowCount) / this.#count);
    if (this.#terminal.isTTY !== true || percent === this.#percent) return;
    this.#percent = percent;
    const rows = `${rowCount.toLocaleString('en')} of ${this.#count.toLocaleString('en')} rows`;
    this.#terminal.write(`\r${String(percent).padStart(3)} % ${rows}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#percent > 0) this.#terminal.write(`\r${ERASE_LINE}`);
  }
}
