import { readApiKey } from '@mts/crypto';
import { ApiKeyStore } from '@mts/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AdminFixture } from '../spec-support/admin-fixture.js';

let fixture: AdminFixture;
beforeAll(async () => {
  fixture = await AdminFixture.open();
});
afterAll(async () => fixture.close());

async function said(...args: string[]): Promise<string> {
  return (await fixture.run('api-key', ...args)).text;
}

const create = async (...more: string[]): Promise<string> =>
  said('create', '--name', 'registry', '--roles', 'submit,read', ...more);

describe('the keys of callers', () => {
  it('are made, shown once, listed and revoked', async () => {
    expect(await said('list')).toBe('There are no keys.');
    const text = (await create()).split('\n').at(-1) ?? '';
    const { id = '' } = readApiKey(text) ?? {};
    const list = await fixture.run('api-key', 'list');
    expect(list.text).toMatch(new RegExp(`${id} +registry +submit,read +\\S+Z +never +valid`));
    expect(list.json).toMatchObject([{ id, name: 'registry', roles: ['submit', 'read'], revokedAt: null }]);
    expect(list.text + JSON.stringify(list.json)).not.toContain(text.slice(37));
    expect((await new ApiKeyStore(fixture.database).findActive(id))?.name).toBe('registry');
    expect(await said('revoke', id)).toContain('refused from now on');
    expect(await said('list')).toMatch(/never +revoked \S+Z/);
    const again = await fixture.run('api-key', 'revoke', id);
    expect(again.text).toMatch(/^The key .* of registry was revoked before, on \S+Z; it stays refused\.$/);
    expect(again.json).toMatchObject({ revoked: { id, name: 'registry' }, was: 'revoked' });
  });

  it('are said not to be looked at where the gateways ask for none', async () => {
    const make = async (name: string): Promise<unknown> => {
      fixture.told.length = 0;
      await said('create', '--name', name, '--roles', 'read');
      return fixture.told;
    };
    expect(await make('unlocked')).toEqual([
      expect.stringContaining('Keys are not looked at with MTS_CALLERS=none'),
    ]);
    fixture.environment = { MTS_CALLERS: 'oidc,api-key' };
    expect(await make('locked')).toEqual([]);
    fixture.environment = {};
  });

  it('of one name are one caller, and made only when that is said', async () => {
    await expect(create()).rejects.toThrow('add --rotate');
    expect(await create('--rotate')).toContain('mts_');
    await expect(said('create', '--name', 'unseen', '--roles', 'read', '--rotate')).rejects.toThrow(
      'no key of the name unseen',
    );
  });

  it('that are not there cannot be revoked', async () => {
    const id = '0c1ed88a-7ff4-49db-a546-862cc8ebe111';
    await expect(said('revoke', id)).rejects.toThrow('There is no key');
  });
});
