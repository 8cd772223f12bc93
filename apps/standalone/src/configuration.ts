import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type Environment, type Option, OPTIONS, readConfig, type Reader } from '@mts/platform';

/** The checkout: relative paths in options are meant from here. */
export const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));

export interface LauncherConfig {
  readonly stateDirectory: string;
  readonly gatewayPort: number;
  readonly simulatorPort: number;
  readonly postgresPort: number;
  readonly databaseSchema: string;
  readonly queueSchema: string;
  /** A PostgreSQL of the operator's; without it the launcher brings one. */
  readonly databaseUrl: string | undefined;
  /** Whether the simulator stands in for IDA, because no IDA is named. */
  readonly simulatesIda: boolean;
}

const NAMES = [
  'stateDirectory',
  'gatewayPort',
  'simulatorPort',
  'postgresPort',
  'databaseSchema',
  'queueSchema',
] as const;

/** @throws ConfigError for the first option that is wrong. */
export function readLauncherConfig(environment: Environment): LauncherConfig {
  const config = readConfig(NAMES, environment);
  return {
    ...config,
    stateDirectory: resolve(WORKSPACE, config.stateDirectory),
    databaseUrl: isGiven(OPTIONS.databaseUrl, environment)
      ? readConfig(['databaseUrl'], environment).databaseUrl
      : undefined,
    simulatesIda: !isGiven(OPTIONS.idaAuthUrl, environment),
  };
}

/** The environment of an app: of our options only those that it reads, so that only the seeder sees IDA's keys. */
export function environmentOf(app: Reader, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const readers = new Map<string, readonly Reader[]>();
  for (const option of Object.values<Option<unknown>>(OPTIONS)) {
    for (const variable of variablesOf(option)) readers.set(variable, option.readers);
  }
  return Object.fromEntries(
    Object.entries(environment).filter(([variable]) => readers.get(variable)?.includes(app) ?? true),
  );
}

function isGiven<T>(option: Option<T>, environment: Environment): boolean {
  return variablesOf(option).some((variable) => (environment[variable] ?? '').trim() !== '');
}

function variablesOf<T>(option: Option<T>): string[] {
  const names = option.alias === undefined ? [option.env] : [option.env, option.alias];
  return option.secret ? names.flatMap((name) => [name, `${name}_FILE`]) : names;
}
