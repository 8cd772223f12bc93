import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  type Config,
  ConfigError,
  configProblems,
  type Environment,
  IDA_OPTIONS,
  type Option,
  type OptionName,
  OPTIONS,
  readConfig,
  type Reader,
} from '@mts/platform';

import { nearestName } from './nearest-name.js';

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
  /** The version of IDA that the simulator stands in for. */
  readonly simulatedVersion: string;
  /** People that the simulator shall know instead of those of the sample list, which is then not handed in. */
  readonly population: string | undefined;
  /** Whether callers must prove who they are; the launcher, which hands the sample list in, is none of them. */
  readonly knowsCallers: boolean;
}

const NAMES = [
  'stateDirectory',
  'gatewayPort',
  'simulatorPort',
  'postgresPort',
  'databaseSchema',
  'queueSchema',
  'simulatorPopulation',
  'simulatorVersion',
  'idaVersion',
  'callerModes',
] as const;

/**
 * For `npm start`, whose apps read what they need only when PostgreSQL runs: all that they would miss is found before.
 * @throws ConfigError for all options that are unknown, wrong or missing, or do not fit together
 */
export function readStartConfig(environment: Environment): LauncherConfig {
  const simulatesIda = !isGiven(OPTIONS.idaAuthUrl, environment);
  const isBrought = (name: OptionName): boolean =>
    name === 'databaseUrl' || (simulatesIda && name in IDA_OPTIONS);
  assertSound(environment, (name) => !isBrought(name));
  return readLauncherConfig(environment);
}

/** For the other commands, which need few options. @throws ConfigError for all that are unknown or wrong */
export function readLauncherConfig(environment: Environment): LauncherConfig {
  assertSound(environment, () => false);
  const { simulatorPopulation, simulatorVersion, idaVersion, callerModes, ...config } = readConfig(
    NAMES,
    environment,
  );
  const simulatesIda = !isGiven(OPTIONS.idaAuthUrl, environment);
  return {
    ...config,
    ...(simulatesIda && simulatorSchemas(config, environment)),
    population: simulatorPopulation,
    knowsCallers: !callerModes.includes('none'),
    stateDirectory: resolve(WORKSPACE, config.stateDirectory),
    databaseUrl: isGiven(OPTIONS.databaseUrl, environment)
      ? readConfig(['databaseUrl'], environment).databaseUrl
      : undefined,
    simulatesIda,
    simulatedVersion: simulatorVersion ?? idaVersion,
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

/** Of an environment those of our options that an app reads and that are not secret: a file that holds a secret is none. */
export function openOptionsOf(app: Reader, environment: Environment): Record<string, string> {
  return givenOf(
    environment,
    optionsOf(app).flatMap((option) => variablesOf(option).filter((name) => !isSecret(option, name))),
  );
}

/** Of an environment the secrets that an app reads. */
export function secretOptionsOf(app: Reader, environment: Environment): Record<string, string> {
  return givenOf(
    environment,
    optionsOf(app).flatMap((option) => variablesOf(option).filter((name) => isSecret(option, name))),
  );
}

function optionsOf(app: Reader): readonly Option<unknown>[] {
  return Object.values<Option<unknown>>(OPTIONS).filter(({ readers }) => readers.includes(app));
}

function isSecret({ secret }: Option<unknown>, variable: string): boolean {
  return secret !== undefined && !variable.endsWith('_FILE');
}

function givenOf(environment: Environment, variables: readonly string[]): Record<string, string> {
  const given = variables.map((name) => [name, environment[name] ?? ''] as const);
  return Object.fromEntries(given.filter(([, value]) => value.trim() !== ''));
}

/** Options that a command of an operator needs as the apps have them. None is secret. */
const ADMIN_NAMES = [
  'kekProvider',
  'kekFile',
  'kekFilesFormer',
  'kekDirectory',
  'callerModes',
  'requestAgeHoursMax',
  'uploadAgeMinutesMax',
] as const;

export type AdminConfig = Config<(typeof ADMIN_NAMES)[number]>;

/** @throws ConfigError */
export function readAdminConfig(environment: Environment): AdminConfig {
  return readConfig(ADMIN_NAMES, environment);
}

/** What of an environment {@link readAdminConfig} reads. */
export function environmentOfAdmin(environment: Environment): Record<string, string> {
  const names = new Set<string>(ADMIN_NAMES.map((name) => OPTIONS[name].env));
  return Object.fromEntries(
    Object.entries(environment).filter(
      (one): one is [string, string] => names.has(one[0]) && one[1] !== undefined,
    ),
  );
}

/**
 * The simulator's world has tables of its own: people who wait for a real IDA must never be asked of the simulator,
 * which would call them unknown.
 */
function simulatorSchemas(
  config: Pick<LauncherConfig, 'databaseSchema' | 'queueSchema'>,
  environment: Environment,
): Pick<LauncherConfig, 'databaseSchema' | 'queueSchema'> {
  return {
    databaseSchema: isGiven(OPTIONS.databaseSchema, environment) ? config.databaseSchema : 'mts_simulator',
    queueSchema: isGiven(OPTIONS.queueSchema, environment) ? config.queueSchema : 'mts_simulator_queue',
  };
}

/** @param isNeeded whether an option is looked at even where it is not given */
function assertSound(environment: Environment, isNeeded: (name: OptionName) => boolean): void {
  const names = (Object.keys(OPTIONS) as OptionName[]).filter(
    (name) => isNeeded(name) || isGiven<unknown>(OPTIONS[name], environment),
  );
  const problems = [...unknownOptions(environment), ...configProblems(names, environment)];
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
}

/** A misspelt variable would be a setting that silently does nothing. */
function unknownOptions(environment: Environment): readonly string[] {
  const known = Object.values<Option<unknown>>(OPTIONS).flatMap(variablesOf);
  const unknown = Object.keys(environment).filter(
    (name) => /^(?:MTS_|IDA_SIMULATOR_)/.test(name) && !known.includes(name),
  );
  return unknown.map((name) => {
    const meant = nearestName(name, known);
    const advice =
      meant === undefined
        ? 'see docs/reference/configuration.md for those there are.'
        : `did you mean ${meant}?`;
    return `${name} is not an option: ${advice}`;
  });
}

export function isGiven<T>(option: Option<T>, environment: Environment): boolean {
  return variablesOf(option).some((variable) => (environment[variable] ?? '').trim() !== '');
}

function variablesOf<T>(option: Option<T>): string[] {
  const names = option.alias === undefined ? [option.env] : [option.env, option.alias];
  return option.secret ? names.flatMap((name) => [name, `${name}_FILE`]) : names;
}
