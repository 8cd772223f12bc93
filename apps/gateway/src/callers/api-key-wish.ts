import { ApiError, type Role, ROLES } from '@mts/domain';
import { CALLER_NAME } from '@mts/platform';

export interface ApiKeyWish {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly whose: 'new caller' | 'known caller';
}

const FIELDS: ReadonlySet<string> = new Set(['name', 'roles', 'rotate']);

/** @throws ApiError ATS-REQ-102 that names what is wrong */
export function readApiKeyWish(body: unknown): ApiKeyWish {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw wrong(undefined, 'an object is expected');
  const wish = new Map<string, unknown>(Object.entries(body));
  for (const field of wish.keys()) {
    // A role that is given under a misspelt name would silently not be given.
    if (!FIELDS.has(field)) throw wrong(undefined, 'only name, roles and rotate can be given');
  }
  const [name, roles, rotate] = [wish.get('name'), wish.get('roles'), wish.get('rotate')];
  if (typeof name !== 'string' || !CALLER_NAME.test(name)) {
    throw wrong(
      'name',
      'up to 64 lower-case letters, digits, dots, dashes and underscores, a letter or digit first',
    );
  }
  if (!Array.isArray(roles) || roles.length === 0 || !roles.every(isRole)) {
    throw wrong('roles', `give at least one of ${ROLES.join(', ')}`);
  }
  if (rotate !== undefined && typeof rotate !== 'boolean') throw wrong('rotate', 'true or false is expected');
  return {
    name,
    roles: ROLES.filter((role) => roles.includes(role)),
    whose: rotate ? 'known caller' : 'new caller',
  };
}

function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

function wrong(field: string | undefined, problem: string): ApiError {
  return new ApiError('ATS-REQ-102', field === undefined ? { problem } : { field, problem });
}
