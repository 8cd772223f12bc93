import { parseArgs } from 'node:util';

import { makeApiKey } from '@mts/crypto';
import { type Role, ROLES } from '@mts/domain';
import { CALLER_NAME } from '@mts/platform';
import { ApiKeyStore, type Database, type StoredApiKey } from '@mts/store';

import { LaunchError } from './launch-error.js';

export const ADMIN_USAGE = `Usage: npm run admin -- api-key create --name <name> --roles <role>[,<role> ...] [--rotate]
       npm run admin -- api-key list
       npm run admin -- api-key revoke <id>

  --name <name>    of the system that calls, never of a person: it stands in logs
  --roles <roles>  ${ROLES.join(', ')}; see docs/guide/callers.md
  --rotate         another key for a caller that has one already; revoke the old one when the new one is in use`;

/** What was typed is no command. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type AdminCommand =
  | { readonly name: 'help' }
  | {
      readonly name: 'create';
      readonly caller: string;
      readonly roles: readonly Role[];
      readonly whose: 'new caller' | 'known caller';
    }
  | { readonly name: 'list' }
  | { readonly name: 'revoke'; readonly id: string };

const OPTIONS = {
  name: { type: 'string' },
  roles: { type: 'string' },
  rotate: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws UsageError */
export function readAdminCommand(args: readonly string[]): AdminCommand {
  const { values, positionals } = parsed(args);
  if (values.help === true) return { name: 'help' };
  const [subject, name, id, ...rest] = positionals;
  if (subject !== 'api-key' || rest.length > 0) throw new UsageError('What shall be done?');
  if (name === 'create' && id === undefined) {
    const whose = values.rotate === true ? 'known caller' : 'new caller';
    return { name, caller: callerNamed(values.name), roles: rolesOf(values.roles), whose };
  }
  if (Object.keys(values).length > 0) throw new UsageError('Options go with create alone.');
  if (name === 'list' && id === undefined) return { name };
  if (name === 'revoke') {
    if (id === undefined || !UUID.test(id))
      throw new UsageError('The id of the key is missing: see api-key list.');
    return { name, id };
  }
  throw new UsageError('create, list or revoke?');
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'This cannot be read.', { cause: error });
  }
}

function callerNamed(name = ''): string {
  if (CALLER_NAME.test(name)) return name;
  throw new UsageError(
    '--name must be up to 64 lower-case letters, digits, dots, dashes and underscores, a letter or digit first.',
  );
}

function rolesOf(text = ''): readonly Role[] {
  const given = text.split(',').map((role) => role.trim());
  const roles = ROLES.filter((role) => given.includes(role));
  if (roles.length === given.length) return roles;
  throw new UsageError(`--roles must be some of ${ROLES.join(', ')}, separated by commas, each once.`);
}

/** @returns what to say. @throws LaunchError when it cannot be done, with the reason */
export async function runAdminCommand(
  command: Exclude<AdminCommand, { readonly name: 'help' }>,
  database: Database,
): Promise<string> {
  const keys = new ApiKeyStore(database);
  if (command.name === 'create') return create(keys, command);
  if (command.name === 'revoke') return revoke(keys, command.id);
  return table(await keys.list());
}

async function revoke(keys: ApiKeyStore, id: string): Promise<string> {
  const revoked = await keys.revoke(id);
  if (revoked === undefined) throw new LaunchError('There is no key of this id: see api-key list.');
  return `The key ${id} of ${revoked.name} is refused from now on.`;
}

type Creation = Extract<AdminCommand, { readonly name: 'create' }>;

async function create(keys: ApiKeyStore, { caller, roles, whose }: Creation): Promise<string> {
  const { id, text, hash } = makeApiKey();
  const stored = await keys.add({ id, name: caller, roles, hash }, whose);
  if (stored === 'name in use') {
    throw new LaunchError(
      `There is a key of the name ${caller}, and another one would get at the same requests: add --rotate if that is meant, else choose another name.`,
    );
  }
  if (stored === 'name unknown') throw new LaunchError(`There is no key of the name ${caller} to rotate.`);
  return `The key of ${caller} (${roles.join(', ')}), shown this once; its id is ${id}:\n${text}`;
}

function table(keys: readonly StoredApiKey[]): string {
  if (keys.length === 0) return 'There are no keys.';
  const rows = keys.map(({ id, name, roles, createdAt, lastUsedAt, revokedAt }) => [
    id,
    name,
    roles.join(','),
    createdAt.toISOString(),
    lastUsedAt?.toISOString() ?? 'never',
    revokedAt === null ? 'valid' : `revoked ${revokedAt.toISOString()}`,
  ]);
  const all = [['id', 'name', 'roles', 'created', 'last used', 'state'], ...rows];
  const widths = all[0]?.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
