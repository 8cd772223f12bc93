import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { ApiKeyStore, Database, migrate } from '@mts/store';
import { createTestDatabase, dropTestDatabase } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readOrder } from './command.js';
import { ADMIN_COMMANDS } from './commands.js';
import { UsageError } from './usage-error.js';

const NOWHERE = 'postgres://nobody@127.0.0.1:1/nowhere';
const ID = '0c1ed88a-7ff4-49db-a546-862cc8ebe111';

it.each([
  [[], 'What shall be done'],
  [['api-keys', 'list'], 'What shall be done'],
  [['api-key'], 'create, list or revoke'],
  [['api-key', 'delete', 'x'], 'create, list or revoke'],
  [['api-key', 'revoke'], 'id of the key'],
  [['api-key', 'revoke', 'registry'], 'id of the key'],
  [['api-key', 'list', '--name', 'a'], 'go with create alone'],
  [['api-key', 'create', '--name', 'a', '--roles', 'root'], '--roles must be'],
  [['api-key', 'create', '--name', 'a', '--roles', ''], '--roles must be'],
  [['api-key', 'create', '--name', 'a'], '--roles must be'],
  [['api-key', 'create', '--name', 'Ada Lovelace', '--roles', 'read'], '--name must be'],
  [['api-key', 'create', '--role', 'read'], '--role'],
  [['api-key', 'list', 'all', 'now'], 'too much'],
  [['requests'], 'list'],
  [['requests', 'list', '--state', 'lost'], '--state must be'],
  [['holds'], 'list or lift'],
  [['holds', 'lift'], 'id of a request'],
  [['holds', 'lift', 'all'], 'id of a request'],
  [['holds', 'lift', ID, '--kind', 'profile'], '--kind must be'],
  [['holds', 'lift', 'profile', '--kind', 'request'], '--kind goes with'],
  [['holds', 'lift', ID, ID], 'too much'],
  [['dead-letters'], 'list or put-back'],
  [['dead-letters', 'list', '--all'], '--all goes with put-back'],
  [['dead-letters', 'put-back'], 'dead-letters list'],
  [['dead-letters', 'put-back', ID], 'dead-letters list'],
  [['dead-letters', 'put-back', `range/${ID}`], 'dead-letters list'],
  [['dead-letters', 'put-back', `delivery/${ID}/0`], 'dead-letters list'],
  [['dead-letters', 'put-back', 'delivery/7'], 'id of a request'],
  [['dead-letters', 'put-back', `delivery/${ID}`, '--all'], 'Either'],
  [['dead-letters', 'put-back', `pull/${ID}`, `pull/${ID}`], 'too much'],
  [['erase'], 'id of a request'],
  [['erase', 'everything'], 'id of a request'],
  [['erase', ID, ID], 'One request'],
  [['verify', 'all'], 'too much'],
  [['rewrap', 'all'], 'too much'],
])('does nothing with %j, and says why', (args, reason) => {
  expect(() => readOrder(args, ADMIN_COMMANDS)).toThrow(UsageError);
  expect(() => readOrder(args, ADMIN_COMMANDS)).toThrow(reason);
});

it('shows what there is to be done, and of each command what can be typed', () => {
  const overview = readOrder(['--help'], ADMIN_COMMANDS);
  for (const { name, summary } of ADMIN_COMMANDS) {
    expect(overview).toMatchObject({ kind: 'help', text: expect.stringMatching(`${name} +${summary}`) });
    expect(readOrder([name, '--help'], ADMIN_COMMANDS)).toMatchObject({
      kind: 'help',
      text: expect.stringMatching(`^Usage: npm run admin -- ${name}`),
    });
  }
});

describe('the command as a process, without npm and without a terminal', () => {
  let url: string;
  let database: Database;
  beforeAll(async () => {
    url = await createTestDatabase();
    await migrate(url, 'mts');
    database = await Database.open({ url, schema: 'mts', app: 'spec', connectionsMax: 2 });
  });
  afterAll(async () => {
    await database.close();
    await dropTestDatabase(url);
  });

  it('answers on stdout and ends with 0 when it is done', async () => {
    const made = await admin('api-key', 'create', '--name', 'registry', '--roles', 'read', '--json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { id } = JSON.parse(made.stdout) as { id: string };
    expect((await new ApiKeyStore(database).findActive(id))?.name).toBe('registry');
  });

  it('says on stderr why it could not be done, and ends with 1', async () => {
    expect(await admin('erase', ID)).toEqual({
      code: 1,
      stdout: '',
      stderr: `There is no request ${ID}.\n`,
    });
  });

  it('says on stderr what was typed wrongly and what can be typed, and ends with 2', async () => {
    const { code, stdout, stderr } = await admin('erase');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^The id of a request is missing[^]*Usage: npm run admin -- erase <request id>/);
  });

  it('shows its help without a database', async () => {
    expect(await started({ DATABASE_URL: NOWHERE }, 'holds', '--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('holds lift'),
    });
  });

  it('says in a sentence that the database is out of reach, and ends with 1', async () => {
    const { code, stdout, stderr } = await started({ DATABASE_URL: NOWHERE }, 'holds', 'list');
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([1, '', 1]);
    expect(stderr).toContain('DATABASE_URL');
  });

  const admin = async (...args: string[]) => started({ DATABASE_URL: url }, ...args);
});

/** Runs the built command to its end. */
async function started(env: Readonly<Record<string, string>>, ...args: string[]) {
  const script = fileURLToPath(new URL('../../dist/admin.js', import.meta.url));
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [script, ...args], { env }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
