import { mkdir } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { ConfigError } from './config/read-config.js';
import { databaseRefusal, startFailure } from './start-failure.js';

function coded(code: string, message = 'as the library says it'): Error {
  return Object.assign(new Error(message), { code });
}

describe('why an app could not start', () => {
  it('is one sentence where its operator can mend it', () => {
    expect(startFailure(new ConfigError('MTS_X must be y.'))).toBe('MTS_X must be y.');
  });

  it.each([
    ['42501', /may create schemas/],
    ['28P01', /check user and password/],
    ['55P03', /try again in a moment/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /sslrootcert/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /sslrootcert/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /sslrootcert/],
    ['CERT_HAS_EXPIRED', /sslrootcert/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /sslrootcert/],
    ['ECONNREFUSED', /does it run there/],
  ])('names DATABASE_URL and what helps where the database says %s', (code, advice) => {
    const sentence = startFailure(coded(code));
    expect(sentence).toMatch(
      /^The database of DATABASE_URL cannot be used: as the library says it \([^\n]*\)\.$/,
    );
    expect(sentence).toMatch(advice);
  });

  it.each([
    'timeout expired',
    'timeout exceeded when trying to connect',
    'The database has fallen silent on this connection',
    'SilentDatabaseError: The database has fallen silent on this connection',
  ])('says of a database that does not answer ("%s") what may be the matter', (message) => {
    expect(startFailure(coded('ETIMEDOUT', message))).toMatch(
      /^The database of DATABASE_URL cannot be used: it accepts connections and does not answer, or [^\n]*\.$/,
    );
    expect(startFailure(new Error(message))).toBe(startFailure(coded('ETIMEDOUT', message)));
  });

  it('says of a database that hangs up without a code that it may not run', () => {
    expect(startFailure(new Error('Connection terminated unexpectedly'))).toMatch(
      / \(does it run there\?\)\.$/,
    );
  });

  it('calls a database as its operator knows it, if that is said', () => {
    for (const error of [coded('ECONNREFUSED'), new Error('timeout expired')])
      expect(databaseRefusal(error, 'The PostgreSQL of npm start')).toMatch(
        /^The PostgreSQL of npm start cannot be used: /,
      );
  });

  it('has the code where Node has no message', () => {
    expect(startFailure(coded('ECONNREFUSED', ''))).toContain('ECONNREFUSED');
  });

  it('is the message of the system where a folder cannot be written', async () => {
    const error: unknown = await mkdir('/proc/no/such').catch((reason: unknown) => reason);
    expect(startFailure(error)).toMatch(/^The start failed: ENOENT: .*'\/proc\/no\/such'$/);
  });

  it('tells of a defect what can be told, with where it happened', () => {
    expect(startFailure(new TypeError('a defect'))).toMatch(/"name":"TypeError".*start-failure\.spec/);
  });
});
