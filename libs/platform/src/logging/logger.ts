import { type Logger as PinoLogger, pino } from 'pino';

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
  const sink = options.write === undefined ? pino(settings) : pino(settings, { write: options.write });
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      emit(sink, level, message, fields);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function emit(sink: PinoLogger, level: LogLevel, message: string, fields: LogFields): void {
  const safe: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value instanceof Error) safe[key] = describeError(value);
    else safe[key] = typeof value === 'string' ? redactText(value) : value;
  }
  sink[level](safe, redactText(message));
}
