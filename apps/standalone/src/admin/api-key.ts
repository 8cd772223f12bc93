import { makeApiKey } from '@mts/crypto';
import { type Role, ROLES } from '@mts/domain';
import { CALLER_NAME } from '@mts/platform';
import { ApiKeyStore, type StoredApiKey } from '@mts/store';

import { LaunchError } from '../launch-error.js';
import type { AdminAnswer, AdminCommand, AdminWork, Typed } from './command.js';
import { moment, table } from './table.js';
import { UsageError } from './usage-error.js';

/** The keys of callers. */
export const API_KEY: AdminCommand = {
  name: 'api-key',
  summary: 'make, list and revoke the keys of callers',
  usage: `npm run admin -- api-key create --name <name> --roles <role>[,<role> ...] [--rotate]
       npm run admin -- api-key list
       npm run admin -- api-key revoke <id>

  --name <name>    of the system that calls, never of a person: it stands in logs
  --roles <roles>  ${ROLES.join(', ')}; see docs/guide/callers.md
  --rotate         another key for a caller that has one already; revoke the old one when the new one is in use`,
  options: { name: { type: 'string' }, roles: { type: 'string' }, rotate: { type: 'boolean' } },
  plan,
};

const KEY_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Creation {
  readonly caller: string;
  readonly roles: readonly Role[];
  readonly whose: 'new caller' | 'known caller';
}

function plan({ words: [verb, id, ...rest], options }: Typed): AdminWork {
  if (rest.length > 0) throw new UsageError(`${rest.join(' ')}: that is too much.`);
  if (verb === 'create' && id === undefined) {
    const creation = readCreation(options);
    return async ({ database }) => create(new ApiKeyStore(database), creation);
  }
  const { name, roles, rotate } = options;
  if ([name, roles, rotate].some((one) => one !== undefined))
    throw new UsageError('--name, --roles and --rotate go with create alone.');
  if (verb === 'list' && id === undefined) return async ({ database }) => list(new ApiKeyStore(database));
  if (verb !== 'revoke') throw new UsageError('create, list or revoke?');
  if (id === undefined || !KEY_ID.test(id))
    throw new UsageError('The id of the key is missing: see api-key list.');
  return async ({ database }) => revoke(new ApiKeyStore(database), id);
}

function readCreation({ name, roles, rotate }: Typed['options']): Creation {
  return {
    caller: callerNamed(name),
    roles: rolesOf(roles),
    whose: rotate === true ? 'known caller' : 'new caller',
  };
}

function callerNamed(name: unknown): string {
  if (typeof name === 'string' && CALLER_NAME.test(name)) return name;
  throw new UsageError(
    '--name must be up to 64 lower-case letters, digits, dots, dashes and underscores, a letter or digit first.',
  );
}

function rolesOf(text: unknown): readonly Role[] {
  const given = typeof text === 'string' ? text.split(',').map((role) => role.trim()) : [];
  const roles = ROLES.filter((role) => given.includes(role));
  if (roles.length > 0 && roles.length === given.length) return roles;
  throw new UsageError(`--roles must be some of ${ROLES.join(', ')}, separated by commas, each once.`);
}

async function create(keys: ApiKeyStore, { caller, roles, whose }: Creation): Promise<AdminAnswer> {
  const { id, text: key, hash } = makeApiKey();
  const stored = await keys.add({ id, name: caller, roles, hash }, whose);
  if (stored === 'name in use') {
    throw new LaunchError(
      `There is a key of the name ${caller}, and another one would get at the same requests: add --rotate if that is meant, else choose another name.`,
    );
  }
  if (stored === 'name unknown') throw new LaunchError(`There is no key of the name ${caller} to rotate.`);
  return {
    text: `The key of ${caller} (${roles.join(', ')}), shown this once; its id is ${id}:\n${key}`,
    json: { id, name: caller, roles, key },
  };
}

async function revoke(keys: ApiKeyStore, id: string): Promise<AdminAnswer> {
  const revoked = await keys.revoke(id);
  if (revoked === undefined) throw new LaunchError('There is no key of this id: see api-key list.');
  return {
    text: `The key ${id} of ${revoked.name} is refused from now on.`,
    json: { revoked: { id, name: revoked.name } },
  };
}

async function list(keys: ApiKeyStore): Promise<AdminAnswer> {
  const found = await keys.list();
  return { text: found.length === 0 ? 'There are no keys.' : tableOf(found), json: found };
}

function tableOf(keys: readonly StoredApiKey[]): string {
  return table(
    ['id', 'name', 'roles', 'created', 'last used', 'state'],
    keys.map(({ id, name, roles, createdAt, lastUsedAt, revokedAt }) => [
      id,
      name,
      roles.join(','),
      moment(createdAt),
      lastUsedAt === null ? 'never' : moment(lastUsedAt),
      revokedAt === null ? 'valid' : `revoked ${moment(revokedAt)}`,
    ]),
  );
}
