import { makeApiKey } from '@mts/crypto';
import { type Role, ROLES } from '@mts/domain';
import { CALLER_NAME } from '@mts/platform';
import { ApiKeyStore, type StoredApiKey } from '@mts/store';
import { type Command, InvalidArgumentError } from 'commander';

import type { AdminConfig } from '../configuration.js';
import { type AdminAnswer, type AdminCommand, uuid } from './command.js';
import { AdminError } from './outcome.js';
import { moment, table } from './table.js';

/** The keys of callers. */
export const API_KEY: AdminCommand = {
  name: 'api-key',
  summary: 'make, list and revoke the keys of callers',
  define: (command, order) => {
    command.description('Callers prove with a key who they are, see docs/guide/callers.md.');
    const creates: Command = command.command('create').description('makes a key and shows it, this once');
    creates
      .option('--name <name>', 'of the system that calls, never of a person: it stands in logs', callerNamed)
      .option('--roles <role,…>', ROLES.join(', '), rolesOf)
      .option('--rotate', 'another key for a caller that has one; revoke the old one when this one is in use')
      // Not commander's required ones: of a misspelt option it would say that it is missing.
      .action(({ name, roles, rotate }: Partial<Creation>) => {
        if (name === undefined || roles === undefined) creates.error('--name and --roles must be given');
        const creation = { name, roles, rotate: rotate ?? false };
        order(async ({ database, config }, tell) => {
          const answer = await create(new ApiKeyStore(database), creation);
          if (!config.callerModes.includes('api-key')) tell(notLookedAt(config));
          return answer;
        });
      });
    command
      .command('list')
      .description('shows whose keys there are, and no key')
      .action(() => order(async ({ database }) => list(new ApiKeyStore(database))));
    command
      .command('revoke')
      .description('has a key refused from now on')
      .argument('<key-id>', 'as api-key list shows it', uuid)
      .action((id: string) => order(async ({ database }) => revoke(new ApiKeyStore(database), id)));
  },
};

interface Creation {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly rotate: boolean;
}

/** @throws InvalidArgumentError */
function callerNamed(name: string): string {
  if (CALLER_NAME.test(name)) return name;
  throw new InvalidArgumentError(
    'It must be up to 64 lower-case letters, digits, dots, dashes and underscores, a letter or digit first.',
  );
}

/** @throws InvalidArgumentError */
function rolesOf(text: string): readonly Role[] {
  const given = text.split(',').map((role) => role.trim());
  const roles = ROLES.filter((role) => given.includes(role));
  if (roles.length === given.length) return roles;
  throw new InvalidArgumentError(`It must be some of ${ROLES.join(', ')}, separated by commas, each once.`);
}

async function create(keys: ApiKeyStore, { name, roles, rotate }: Creation): Promise<AdminAnswer> {
  const { id, text: key, hash } = makeApiKey();
  const stored = await keys.add({ id, name, roles, hash }, rotate ? 'known caller' : 'new caller');
  if (stored === 'name in use') {
    throw new AdminError(
      'failed',
      `There is a key of the name ${name}, and another one would get at the same requests: add --rotate if that is meant, else choose another name.`,
    );
  }
  if (stored === 'name unknown')
    throw new AdminError('not-found', `There is no key of the name ${name} to rotate.`);
  return {
    text: `The key of ${name} (${roles.join(', ')}), shown this once; its id is ${id}:\n${key}`,
    json: { id, name, roles, key },
  };
}

function notLookedAt({ callerModes }: Pick<AdminConfig, 'callerModes'>): string {
  return `Keys are not looked at with MTS_CALLERS=${callerModes.join(',')}: a gateway takes this one once it is started with MTS_CALLERS=api-key, see docs/guide/callers.md.`;
}

async function revoke(keys: ApiKeyStore, id: string): Promise<AdminAnswer> {
  const before = (await keys.list()).find((key) => key.id === id)?.revokedAt ?? null;
  const revoked = await keys.revoke(id);
  if (revoked === undefined) throw new AdminError('not-found', `There is no key ${id}: see api-key list.`);
  const { name } = revoked;
  const since =
    before === null
      ? 'is refused from now on.'
      : `was revoked before, on ${moment(before)}; it stays refused.`;
  return {
    text: `The key ${id} of ${name} ${since}`,
    json: { revoked: { id, name }, was: before === null ? 'valid' : 'revoked' },
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
