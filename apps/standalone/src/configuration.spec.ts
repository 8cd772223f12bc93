import { readGatewayConfig } from '@mts/gateway';
import { ConfigError, type Environment, OPTIONS } from '@mts/platform';
import { readSchedulerConfig } from '@mts/scheduler';
import { readSeederConfig } from '@mts/seeder';
import { expect, it } from 'vitest';

import { environmentOf, readLauncherConfig, readStartConfig, WORKSPACE } from './configuration.js';

const VARIABLES = Object.values(OPTIONS).map(({ env }) => env);
/** What must be given. */
const NEEDED: Environment = {
  DATABASE_URL: 'postgres://db/mts',
  MTS_IDA_AUTH_URL: 'https://ida/auth',
  MTS_IDA_RATE_PER_SECOND_MAX: '2',
  MTS_IDA_CERTIFICATE_FILE: '/etc/mts/ida-partner.cer',
};

/** What the operator is told of an environment with which `npm start` does not start. */
function refusal(environment: Environment): readonly string[] {
  try {
    readStartConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

/** The variables that a reader looks at. */
function variablesReadBy(read: (environment: Environment) => unknown): string[] {
  const seen = new Set<string>();
  const environment = new Proxy<Environment>(NEEDED, {
    get: (needed, name) => {
      seen.add(String(name));
      return (
        needed[String(name)] ?? (/_(?:ID|KEY|PASSWORD|P12_FILE)$/.test(String(name)) ? 'given' : undefined)
      );
    },
  });
  read(environment);
  return VARIABLES.filter((name) => seen.has(name));
}

it('brings its own PostgreSQL and the simulator unless told otherwise', () => {
  expect(readLauncherConfig({})).toMatchObject({
    stateDirectory: `${WORKSPACE}.mts`,
    gatewayPort: 8080,
    databaseUrl: undefined,
    simulatesIda: true,
  });
});

it('takes the PostgreSQL and the IDA that the environment names, also by the names of the original', () => {
  expect(
    readLauncherConfig({ DATABASE_URL: 'postgres://db/mts', MTS_IDA_AUTH_URL: 'https://ida/auth' }),
  ).toMatchObject({ databaseUrl: 'postgres://db/mts', simulatesIda: false });
  expect(
    readLauncherConfig({ TOKENSEEDER_MOSIP_AUTH_SERVER__IDA_AUTH_URL: 'https://ida/auth' }).simulatesIda,
  ).toBe(false);
});

it('starts the simulator in the version of IDA that is asked, unless told otherwise', () => {
  expect(readLauncherConfig({}).simulatedVersion).toBe('1.2.0.1');
  expect(readLauncherConfig({ MTS_IDA_VERSION: '1.3.0' }).simulatedVersion).toBe('1.3.0');
  const apart = { MTS_IDA_VERSION: '1.3.0', IDA_SIMULATOR_VERSION: '1.1.5' };
  expect(readLauncherConfig(apart).simulatedVersion).toBe('1.1.5');
  expect(() => readLauncherConfig({ MTS_IDA_VERSION: '1.2' })).toThrow(/^MTS_IDA_VERSION must be one of/);
});

it('refuses a wrong option with a sentence that names it', () => {
  expect(() => readLauncherConfig({ MTS_GATEWAY_PORT: 'eighty' })).toThrow(/^MTS_GATEWAY_PORT must be/);
  expect(() => readLauncherConfig({ DATABASE_URL: 'mysql://db' })).toThrow(/^DATABASE_URL must be/);
});

it('refuses a wrong option of an app as well, before anything is started', () => {
  expect(() => readLauncherConfig({ MTS_OUTBOUND_ALLOWED: '10.0.0.0/99' })).toThrow(
    /^MTS_OUTBOUND_ALLOWED must be/,
  );
});

it('shows the keys of IDA to the seeder alone, and what is not ours to everybody', () => {
  const environment = {
    PATH: '/bin',
    MTS_IDA_API_KEY: 'secret',
    MTS_IDA_API_KEY_FILE: '/run/secrets/key',
    TOKENSEEDER_MOSIP_AUTH__PARTNER_APIKEY: 'secret',
    MTS_GATEWAY_PORT: '8080',
    DATABASE_URL: 'postgres://db/mts',
  };
  expect(environmentOf('gateway', environment)).toEqual({
    PATH: '/bin',
    MTS_GATEWAY_PORT: '8080',
    DATABASE_URL: 'postgres://db/mts',
  });
  expect(environmentOf('ida-simulator', environment)).toEqual({ PATH: '/bin' });
  expect(Object.keys(environmentOf('seeder', environment))).toContain('MTS_IDA_API_KEY_FILE');
});

it('keeps the tables of the simulator apart from those of a real IDA, unless told otherwise', () => {
  expect(readLauncherConfig({})).toMatchObject({
    databaseSchema: 'mts_simulator',
    queueSchema: 'mts_simulator_queue',
  });
  expect(readLauncherConfig({ MTS_IDA_AUTH_URL: 'https://ida/auth' })).toMatchObject({
    databaseSchema: 'mts',
    queueSchema: 'mts_queue',
  });
  expect(readLauncherConfig({ MTS_DATABASE_SCHEMA: 'trial' }).databaseSchema).toBe('trial');
});

it('refuses a misspelt option instead of leaving it without effect', () => {
  expect(() => readLauncherConfig({ MTS_GATWAY_PORT: '9000' })).toThrow(/^MTS_GATWAY_PORT is not an option/);
});

it('names all that is unknown, wrong, missing or unfitting in one answer, a line each, and shows no secret', () => {
  const told = refusal({
    MTS_GATWAY_PORT: 'hunter1',
    MTS_FOO: 'hunter2',
    MTS_LOG_LEVEL: 'foo',
    MTS_LANGUAGES: 'english',
    DATABASE_URL: 'mysql://mts:hunter3@db/mts',
    MTS_IDA_AUTH_URL: 'https://ida/auth',
    MTS_IDA_API_KEY: 'hunter4',
    MTS_CALLERS: 'trusted-network,oidc',
  });
  expect(told).toEqual([
    'MTS_GATWAY_PORT is not an option: did you mean MTS_GATEWAY_PORT?',
    'MTS_FOO is not an option: see docs/reference/configuration.md for those there are.',
    expect.stringMatching(/^DATABASE_URL must be/),
    expect.stringMatching(/^MTS_LOG_LEVEL must be/),
    expect.stringMatching(/^MTS_LANGUAGES must be/),
    expect.stringMatching(/^MTS_IDA_PARTNER_ID is missing/),
    expect.stringMatching(/^MTS_IDA_MISP_LICENCE_KEY is missing/),
    expect.stringMatching(/^MTS_IDA_PARTNER_P12_FILE is missing/),
    expect.stringMatching(/^MTS_IDA_PARTNER_P12_PASSWORD is missing/),
    expect.stringMatching(/^MTS_IDA_RATE_PER_SECOND_MAX is missing/),
    expect.stringContaining('MTS_TRUSTED_NETWORKS must say which'),
    expect.stringContaining('MTS_OIDC_ISSUER must be given'),
    expect.stringContaining('MTS_OIDC_AUDIENCE must be given'),
    expect.stringMatching(/^MTS_IDA_CERTIFICATE_FILE and MTS_IDA_CERTIFICATE_URL are missing/),
  ]);
  expect(told.join()).not.toContain('hunter');
});

it.each([
  [{ MTS_CALLERS: 'oidc' }, 2],
  [{ MTS_CALLERS: 'trusted-network' }, 1],
  [{ MTS_GATEWAY_HOST: '0.0.0.0' }, 1],
  [{ MTS_CALLERS: 'api-key', MTS_GATEWAY_HOST: '0.0.0.0' }, 0],
  [{}, 0],
])('finds before anything is started whether callers can be known: %j', (environment, lineCount) => {
  expect(refusal(environment)).toHaveLength(lineCount);
});

it('asks of the other commands no more than what they are given', () => {
  const beside = { MTS_IDA_AUTH_URL: 'https://ida/auth', MTS_CALLERS: 'oidc' };
  expect(readLauncherConfig(beside)).toMatchObject({ simulatesIda: false, knowsCallers: true });
});

it.each([
  ['gateway', readGatewayConfig],
  ['seeder', readSeederConfig],
  ['scheduler', readSchedulerConfig],
] as const)('hands the %s every option that it reads', (app, read) => {
  const given = environmentOf(app, Object.fromEntries(VARIABLES.map((name) => [name, 'given'])));
  const missed = variablesReadBy(read).filter((name) => !(name in given));
  expect(missed).toEqual([]);
});
