import { readApiKey } from '@mts/crypto';
import { ApiKeyStore, Database, migrate } from '@mts/store';
import { createTestDatabase, dropTestDatabase } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readAdminCommand, runAdminCommand, UsageError } from './admin-command.js';

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

async function run(...args: string[]): Promise<string> {
  const command = readAdminCommand(args);
  if (command.name === 'help') throw new Error('help is no command');
  return runAdminCommand(command, database);
}

const create = async (...more: string[]): Promise<string> =>
  run('api-key', 'create', '--name', 'registry', '--roles', 'submit,read', ...more);

describe('the keys of callers', () => {
  it('are made, shown once, listed and revoked', async () => {
    expect(await run('api-key', 'list')).toBe('There are no keys.');
    const text = (await create()).split('\n').at(-1) ?? '';
    const { id = '' } = readApiKey(text) ?? {};
    const list = await run('api-key', 'list');
    expect(list).toMatch(new RegExp(`${id} +registry +submit,read +\\S+Z +never +valid`));
    expect(list).not.toContain(text.slice(37));
    expect((await new ApiKeyStore(database).findActive(id))?.name).toBe('registry');
    expect(await run('api-key', 'revoke', id)).toContain('refused from now on');
    expect(await run('api-key', 'list')).toMatch(/never +revoked \S+Z/);
  });

  it('of one name are one caller, and made only when that is said', async () => {
    await expect(create()).rejects.toThrow('add --rotate');
    expect(await create('--rotate')).toContain('mts_');
    await expect(run('api-key', 'create', '--name', 'unseen', '--roles', 'read', '--rotate')).rejects.toThrow(
      'no key of the name unseen',
    );
  });

  it('that are not there cannot be revoked', async () => {
    const id = '0c1ed88a-7ff4-49db-a546-862cc8ebe111';
    await expect(run('api-key', 'revoke', id)).rejects.toThrow('no key of this id');
  });
});

it.each([
  [[], 'What shall be done'],
  [['api-keys', 'list'], 'What shall be done'],
  [['api-key'], 'create, list or revoke'],
  [['api-key', 'delete', 'x'], 'create, list or revoke'],
  [['api-key', 'revoke'], 'id of the key'],
  [['api-key', 'revoke', 'registry'], 'id of the key'],
  [['api-key', 'list', '--name', 'a'], 'Options go with create'],
  [['api-key', 'create', '--name', 'a', '--roles', 'root'], '--roles must be'],
  [['api-key', 'create', '--name', 'a', '--roles', ''], '--roles must be'],
  [['api-key', 'create', '--name', 'a'], '--roles must be'],
  [['api-key', 'create', '--name', 'Ada Lovelace', '--roles', 'read'], '--name must be'],
  [['api-key', 'create', '--role', 'read'], '--role'],
])('does nothing with %j, and says why', (args, reason) => {
  expect(() => readAdminCommand(args)).toThrow(UsageError);
  expect(() => readAdminCommand(args)).toThrow(reason);
});

it('shows what there is to be done', () => {
  expect(readAdminCommand(['--help'])).toEqual({ name: 'help' });
});
