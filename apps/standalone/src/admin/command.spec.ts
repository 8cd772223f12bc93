import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { ApiKeyStore, Database, migrate } from '@mts/store';
import { createTestDatabase, dropTestDatabase } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readOrder } from './command.js';
import { ADMIN_COMMANDS } from './commands.js';

const NOWHERE = 'postgres://nobody@127.0.0.1:1/nowhere';
const ID = '0c1ed88a-7ff4-49db-a546-862cc8ebe111';

it.each([
  [[], 'What shall be done?'],
  [['--json'], 'What shall be done?'],
  [['bogus'], "Unknown command 'bogus'"],
  [['api-keys', 'list'], 'Did you mean api-key?'],
  [['--version'], "Unknown option '--version'"],
  [['api-key'], 'What shall be done?'],
  [['api-key', 'delete', 'x'], "Unknown command 'delete'"],
  [['api-key', 'revoke'], "Missing required argument 'key-id'"],
  [['api-key', 'revoke', 'registry'], "'registry' is invalid"],
  [['api-key', 'list', '--name', 'a'], "Unknown option '--name'"],
  [['api-key', 'create', '--name', 'a', '--roles', 'root'], 'must be some of submit'],
  [['api-key', 'create', '--name', 'a', '--roles', ''], 'must be some of submit'],
  [['api-key', 'create', '--name', 'a', '--roles', 'read,read'], 'each once'],
  [['api-key', 'create', '--name', 'a'], '--name and --roles must be given'],
  [['api-key', 'create', '--name', 'Ada Lovelace', '--roles', 'read'], 'up to 64 lower-case letters'],
  [['api-key', 'create', '--role', 'read'], 'Did you mean --roles?'],
  [['api-key', 'list', 'all', 'now'], 'all, now'],
  [['requests'], 'What shall be done?'],
  [['requests', 'list', '--state', 'lost'], "'lost' is invalid. It must be some of receiving"],
  [['requests', 'list', '--limit', '1001'], 'a number from 1 to 1000'],
  [['requests', 'list', '--limit', '0'], 'a number from 1 to 1000'],
  [['requests', 'list', '--limit', 'all'], 'a number from 1 to 1000'],
  [['requests', 'list', '--after', '7'], 'An id looks like'],
  [['requests', 'list', '--stat', 'pulling'], 'Did you mean --state?'],
  [['holds'], 'What shall be done?'],
  [['holds', 'lift'], "Missing required argument 'subject'"],
  [['holds', 'lift', 'nonsense'], "'nonsense' is invalid for argument 'subject'. An id looks like"],
  [['holds', 'lift', 'profil'], '; "profile" can stand here too.'],
  [['holds', 'lift', ID, '--kind', 'profile'], 'Allowed choices are operator, request'],
  [['holds', 'lift', 'profile', '--kind', 'request'], '--kind goes with'],
  [['holds', 'lift', ID, ID], 'Too many arguments'],
  [['holds', 'list', 'extra'], 'extra'],
  [['dead-letters'], 'What shall be done?'],
  [['dead-letters', 'list', '--all'], "Unknown option '--all'"],
  [['dead-letters', 'put-back'], 'Either an id'],
  [['dead-letters', 'put-back', ID], `'${ID}' is invalid for argument 'id'. It is delivery/<request id>`],
  [['dead-letters', 'put-back', 'range/x/3'], "'range/x/3' is invalid for argument 'id'. An id looks like"],
  [['dead-letters', 'put-back', `range/${ID}`], 'dead-letters list'],
  [['dead-letters', 'put-back', `delivery/${ID}/0`], 'dead-letters list'],
  [['dead-letters', 'put-back', `delivery/${ID}`, '--all'], 'Either an id'],
  [['dead-letters', 'put-back', `pull/${ID}`, `pull/${ID}`], 'Too many arguments'],
  [['erase'], "Missing required argument 'request-id'"],
  [['erase', 'everything'], "'everything' is invalid for argument 'request-id'. An id looks like"],
  [['erase', ID, ID], 'Too many arguments'],
  [['verify', 'all'], 'Too many arguments'],
  [['rewrap', 'all'], 'Too many arguments'],
])('does nothing with %j, and says why', (args, reason) => {
  const order = (): unknown => readOrder(args, ADMIN_COMMANDS);
  expect(order).toThrow(expect.objectContaining({ code: 'wrong-use' }));
  expect(order).toThrow(reason);
  expect(order).toThrow('--help');
});

it('shows what there is to be done, and of each command what can be typed', () => {
  const overview = readOrder(['--help'], ADMIN_COMMANDS);
  for (const { name, summary } of ADMIN_COMMANDS) {
    expect(overview).toMatchObject({
      kind: 'help',
      text: expect.stringMatching(`${name} .*${summary.slice(0, 20)}`),
    });
    expect(readOrder([name, '--help'], ADMIN_COMMANDS)).toMatchObject({
      kind: 'help',
      text: expect.stringMatching(`^Usage: npm run admin -- ${name} [^]*--json`),
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

  it('answers on stdout and ends with 0 when it is done, and says on stderr where', async () => {
    const made = await admin('api-key', 'create', '--name', 'registry', '--roles', 'read', '--json');
    expect(made.code).toBe(0);
    const { host, pathname } = new URL(url);
    expect(made.stderr).toMatch(
      `This is done on the database ${host}${pathname}, schema mts, with the options of this environment.\nKeys are`,
    );
    const { id } = JSON.parse(made.stdout) as { id: string };
    expect((await new ApiKeyStore(database).findActive(id))?.name).toBe('registry');
  });

  it('says on stderr that what was named is not there, and ends with 3', async () => {
    const { code, stdout, stderr } = await admin('erase', ID);
    expect([code, stdout, stderr.split('\n').at(-2)]).toEqual([3, '', `There is no request ${ID}.`]);
  });

  it('says on stderr what was typed wrongly and how to find out what can be typed, and ends with 2', async () => {
    expect(await admin('erase')).toEqual({
      code: 2,
      stdout: '',
      stderr: "Missing required argument 'request-id'\n--help shows what can be typed.\n",
    });
  });

  it('tells programs that ask with --json on stdout what went wrong', async () => {
    const sayings = [
      await admin('erase', ID, '--json'),
      await admin('erase', '--json'),
      await started({ DATABASE_URL: NOWHERE }, 'holds', 'list', '--json'),
    ];
    expect(sayings.map(({ code, stdout }) => [code, JSON.parse(stdout)])).toEqual([
      [3, { code: 'not-found', message: `There is no request ${ID}.` }],
      [2, { code: 'wrong-use', message: expect.stringContaining('request-id') }],
      [1, { code: 'failed', message: expect.stringContaining('DATABASE_URL') }],
    ]);
  });

  it('shows its help without a database', async () => {
    expect(await started({ DATABASE_URL: NOWHERE }, 'holds', '--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('lift [options] <subject>'),
    });
  });

  it('says in a sentence that the database is out of reach, and ends with 1', async () => {
    const { code, stdout, stderr } = await started({ DATABASE_URL: NOWHERE }, 'holds', 'list');
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([1, '', 2]);
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
