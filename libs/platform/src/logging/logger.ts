import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

import { describeError, redactText } from './redaction.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a message may carry: ids, counts, codes, states. Never personal data, never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined | Date | Error>>;

/** JSON lines on standard output. Messages are fixed texts; what varies goes into fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  readonly app: string;
  readonly level: LogLevel;
  /** Where the lines go; standard output unless a test says otherwise. */
  readonly write?: (line: string) => void;
}

export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level,
    base: { app: options.app },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const sink = pino(settings, options.write === undefined ? standardOutput() : { write: options.write });
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      emit(sink, level, message, fields);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Of lines that cannot be written, so many bytes are kept, to be written when they can. */
const UNWRITTEN_BYTES_MAX = 1_000_000;

/** A log that cannot be written, because its disk is full, must not end the work that it tells of. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: true, maxLength: UNWRITTEN_BYTES_MAX });
  output.on('error', () => undefined);
  return output;
}

function emit(sink: PinoLogger, level: LogLevel, message: string, fields: LogFields): void {
  const safe: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value instanceof Error) safe[key] = describeError(value);
    else safe[key] = typeof value === 'string' ? redactText(value) : value;
  }
  sink[level](safe, redactText(message));
}
