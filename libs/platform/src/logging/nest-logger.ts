import type { Logger } from './logger.js';

/** What keeps Nest from starting is thrown as well, and told in a sentence by whoever starts the app (runApp). */
const OF_THE_START = 'ExceptionHandler';

/**
 * Nest's own messages through our logger: the shape of its LoggerService without importing Nest.
 * Nest passes `(message, …rest, context)`; an Error among them is described, other objects are left out.
 */
export class NestLogger {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(textOf(message), fieldsOf(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(textOf(message), fieldsOf(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (rest.at(-1) === OF_THE_START) return;
    this.logger.error(
      textOf(message),
      message instanceof Error ? { error: message, ...fieldsOf(rest) } : fieldsOf(rest),
    );
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(textOf(message), fieldsOf(rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(textOf(message), fieldsOf(rest));
  }
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  return message instanceof Error ? message.message : 'a message without text';
}

function fieldsOf(rest: readonly unknown[]): Record<string, string | Error> {
  const fields: Record<string, string | Error> = {};
  const error = rest.find((one) => one instanceof Error);
  if (error) fields['error'] = error;
  const context = rest.at(-1);
  if (typeof context === 'string') fields['context'] = context;
  return fields;
}
