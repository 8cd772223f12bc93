import { databaseTrouble, type DatabaseTrouble } from '@mts/postgres';

type Fields = Readonly<Record<string, string | number | boolean | null | undefined | Date | Error>>;
type Line = (message: string, fields?: Fields) => void;

/** Where an app writes its log. */
export interface Lines {
  readonly debug: Line;
  readonly info: Line;
  readonly warn: Line;
  readonly error: Line;
}

export interface OutageLogTiming {
  /** How often it is looked whether an outage is over. */
  readonly lookEveryMs: number;
  /** How often a line says that an outage goes on. */
  readonly toldEveryMs: number;
  /** An outage is over when nothing has failed for so long, and the database answers. */
  readonly quietMs: Readonly<Record<DatabaseTrouble, number>>;
}

const TIMING: OutageLogTiming = {
  lookEveryMs: 1_000,
  toldEveryMs: 10_000,
  // Each connection of a pool finds by itself that it is lost. Of room and of locks only what fails tells anything.
  quietMs: { away: 2_000, busy: 10_000, full: 60_000 },
};

const TOLD: Readonly<Record<DatabaseTrouble, { begins: string; goesOn: string; isOver: string }>> = {
  away: {
    begins:
      'the database cannot be used: work waits for it, and calls that need it are answered with MTS-SYS-001',
    goesOn: 'the database still cannot be used',
    isOver: 'the database can be used again',
  },
  busy: {
    begins:
      'the database has statements wait too long for each other: they are made again, or their calls are answered with MTS-SYS-001',
    goesOn: 'the database still has statements wait too long for each other',
    isOver: 'the database has no statement wait too long any more',
  },
  full: {
    begins: 'the database has no room left: work waits for it, and lists are refused with MTS-SYS-002',
    goesOn: 'the database still has no room',
    isOver: 'the database has room again',
  },
};

interface Outage {
  readonly beganAtMs: number;
  failedAtMs: number;
  toldAtMs: number;
  faults: number;
}

/**
 * The log of an app, in which an outage of the database is one thing and not each of the hundreds of faults that come of it,
 * with their stacks: one line when it begins, one now and then while it lasts, one when it is over. Whatever is logged with
 * an `error` that is such a trouble (see `databaseTrouble`) counts, and is written at level `debug` only.
 */
export class OutageLog implements Lines {
  private readonly underWay = new Map<DatabaseTrouble, Outage>();
  private looking: NodeJS.Timeout | undefined;
  private isClosed = false;

  /** @param ask asks the database for anything, and rejects while it cannot be used */
  constructor(
    private readonly lines: Lines,
    private readonly ask: () => Promise<unknown>,
    private readonly timing = TIMING,
  ) {}

  debug(message: string, fields?: Fields): void {
    this.lines.debug(message, fields);
  }

  info(message: string, fields?: Fields): void {
    this.lines.info(message, fields);
  }

  warn(message: string, fields?: Fields): void {
    this.lines[this.isOfOutage(fields?.['error']) ? 'debug' : 'warn'](message, fields);
  }

  error(message: string, fields?: Fields): void {
    this.lines[this.isOfOutage(fields?.['error']) ? 'debug' : 'error'](message, fields);
  }

  /** From here on the connections end because we end them: whatever fails for it is no outage, and `debug` only. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.looking);
    this.underWay.clear();
  }

  private isOfOutage(error: unknown): boolean {
    const trouble = databaseTrouble(error);
    if (trouble !== undefined && !this.isClosed) this.count(trouble, error);
    return trouble !== undefined;
  }

  private count(trouble: DatabaseTrouble, error: unknown): void {
    const nowMs = performance.now();
    const outage = this.underWay.get(trouble);
    if (outage !== undefined) {
      outage.failedAtMs = nowMs;
      outage.faults += 1;
      return;
    }
    this.underWay.set(trouble, { beganAtMs: nowMs, failedAtMs: nowMs, toldAtMs: nowMs, faults: 1 });
    this.lines.error(TOLD[trouble].begins, { cause: causeOf(error) });
    if (this.underWay.size === 1) this.lookSoon();
  }

  private lookSoon(): void {
    this.looking = setTimeout(() => void this.look(), this.timing.lookEveryMs).unref();
  }

  private async look(): Promise<void> {
    const failure: unknown = await this.ask().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (this.isClosed) return;
    if (failure !== undefined) this.count('away', failure);
    for (const [trouble, outage] of this.underWay) this.tell(trouble, outage);
    if (this.underWay.size > 0) this.lookSoon();
  }

  private tell(trouble: DatabaseTrouble, outage: Outage): void {
    const { beganAtMs, failedAtMs, toldAtMs, faults } = outage;
    const { quietMs, toldEveryMs } = this.timing;
    const nowMs = performance.now();
    const isOver = nowMs - failedAtMs >= quietMs[trouble];
    if (!isOver && nowMs - toldAtMs < toldEveryMs) return;
    const fields = { forSeconds: Math.ceil((failedAtMs - beganAtMs) / 1000), faults };
    outage.toldAtMs = nowMs;
    if (isOver) this.underWay.delete(trouble);
    if (isOver) this.lines.info(TOLD[trouble].isOver, fields);
    else this.lines.warn(TOLD[trouble].goesOn, fields);
  }
}

/** The innermost error in one line: what the database said, or the network. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.cause instanceof Error) return causeOf(error.cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return [code, error.message].filter((part) => part !== '').join(': ');
}
