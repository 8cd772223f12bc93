import { describeError, redactText } from './logging/redaction.js';

/** Faults that are for the operator to mend: told in one sentence, without a stack. */
const PLAIN_FAULTS: ReadonlySet<string> = new Set([
  'ConfigError',
  'KekError',
  'SchemaError',
  'QueueError',
  'PartnerKeyError',
  'CertificateError',
]);

/** Why an app could not start: a sentence if its operator can mend it, else all that may be told of the error. */
export function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return `The start failed: ${JSON.stringify(describeError(error))}`;
  if (PLAIN_FAULTS.has(error.name)) return redactText(error.message);
  if (codeOf(error) === 'EADDRINUSE') {
    return `${redactText(error.message)}: another program listens there; choose another port (MTS_GATEWAY_PORT)`;
  }
  return (
    databaseRefusal(error) ??
    // Of the operating system, such as a file that may not be written; its message names what was tried.
    ('syscall' in error
      ? `The start failed: ${redactText(error.message)}`
      : `The start failed: ${JSON.stringify(describeError(error))}`)
  );
}

/**
 * How PostgreSQL (https://www.postgresql.org/docs/18/errcodes-appendix.html), Node.js and its TLS call it when a
 * database does not let us in or at its tables, and what helps.
 */
const REFUSALS: readonly (readonly [code: RegExp, advice: string])[] = [
  [
    /^(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/,
    'does it run there?',
  ],
  [/^28/, 'check user and password'],
  [/^3D000$/, 'make it, or name another one'],
  [
    /^42501$/,
    '`npm run migrate` needs a role that may create schemas or owns both that it is to use, and the apps one that may use what it has made',
  ],
  [/^(?:40P01|53300|55P03|57P03)$/, 'try again in a moment'],
  [
    /^(?:(?:DEPTH_ZERO_)?SELF_SIGNED_CERT|UNABLE_TO_|CERT_|ERR_TLS_|HOSTNAME_MISMATCH)/,
    'name the CA of the server by sslrootcert=<file> in DATABASE_URL, or take any certificate by sslmode=no-verify',
  ],
];

/** The same of what has no code in pg 8, or one that does not tell it apart. */
const REFUSALS_IN_WORDS: readonly (readonly [message: RegExp, advice: string])[] = [
  [/^The server does not support SSL connections/, 'leave sslmode out, or set TLS up in the server'],
  [/^(?:Connection terminated|Client has encountered a connection error)/, 'does it run there?'],
];

/**
 * How pg 8, pg-pool 3 and the WatchedClient of libs/postgres call it when nothing comes back. A connection may stand all
 * the same: the system accepts it for a process that is stopped. Of a statement TypeORM 1.1 puts the error's name before.
 */
const SILENCE =
  /^(?:timeout expired|timeout exceeded when trying to connect|(?:SilentDatabaseError: )?The database has fallen silent on this connection)$/;
const SILENT =
  'it accepts connections and does not answer, or cannot be reached (is it PostgreSQL that listens there, is it stopped or overloaded, does a firewall swallow what is sent?)';

/**
 * What keeps us out of the database, in a sentence for the operator; undefined for any other fault.
 * @param database what its operator calls it
 */
export function databaseRefusal(
  error: unknown,
  database = 'The database of DATABASE_URL',
): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const sentence = SILENCE.test(error.message) ? SILENT : refusal(error);
  return sentence === undefined ? undefined : `${database} cannot be used: ${sentence}.`;
}

function refusal(error: Error): string | undefined {
  const code = codeOf(error);
  const [, advice] =
    REFUSALS_IN_WORDS.find(([pattern]) => pattern.test(error.message)) ??
    REFUSALS.find(([pattern]) => pattern.test(code)) ??
    [];
  // Node has no message for several addresses that all refuse.
  return advice === undefined ? undefined : `${redactText(error.message) || code} (${advice})`;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
