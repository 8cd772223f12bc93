import { ApiError, type Role } from '@mts/domain';
import type { OpenAPIObject } from '@nestjs/swagger';

import { ROLES_EXTENSION } from '../callers/access.js';
import { type RefusalDocument, refusalDocument } from './answers.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** Whoever has to say who calls can meet these. */
const refusalsOfOthersThan = (roles: readonly Role[]): readonly ApiError[] => [
  new ApiError('MTS-AUTH-001'),
  new ApiError('MTS-AUTH-002', { roles }),
  new ApiError('MTS-AUTH-003', { retryAfterSeconds: 10 }),
  new ApiError('MTS-LIMIT-001', { retryAfterSeconds: 1 }),
];

/** Says of every route that is not public which roles may use it, and how others are refused. */
export function documentCallers({ paths }: OpenAPIObject): void {
  for (const path of Object.values(paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation?.security !== undefined) documentOperation(operation);
    }
  }
}

function documentOperation(operation: Operation): void {
  const roles = (operation as Operation & { [ROLES_EXTENSION]: readonly Role[] })[ROLES_EXTENSION];
  const needed = `Needs the role ${roles.join(' or ')}.`;
  operation.description = operation.description ? `${operation.description} ${needed}` : needed;
  const responses = operation.responses as Record<string, RefusalDocument>;
  for (const error of refusalsOfOthersThan(roles)) {
    const added = refusalDocument([error]);
    const there = responses[error.status];
    if (there === undefined) {
      responses[error.status] = added;
      continue;
    }
    there.description = `${there.description} ${added.description}`;
    if (added.headers !== undefined) there.headers = { ...there.headers, ...added.headers };
    Object.assign(there.content['application/json'].examples, added.content['application/json'].examples);
  }
}
