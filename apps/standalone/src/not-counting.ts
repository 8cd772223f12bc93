import { resolve } from 'node:path';

import type { Environment } from '@mts/platform';

import { WORKSPACE } from './configuration.js';

/**
 * Names the variables that are set here, and otherwise for what runs.
 *
 * @param here none of it secret
 */
export function notCounting(here: Environment, there: Environment): readonly string[] {
  return Object.entries(here)
    .filter(([name, value = '']) => value.trim() !== '' && !isSame(value, there[name]))
    .map(
      ([name, value = '']) =>
        `${name}=${value} has no effect here: the npm start that runs has ${there[name] === undefined ? 'the default' : `${name}=${there[name]}`}.`,
    );
}

/** A file can be named from the workspace or from the root. */
function isSame(here: string, there: string | undefined): boolean {
  return there !== undefined && resolve(WORKSPACE, here) === resolve(WORKSPACE, there);
}
