import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startEmbeddedPostgres } from '@mts/embedded-postgres';
import { type Provisioned, provision } from '@mts/ida-simulator';
import { builtApp, type RunningApp, spawnApp } from '@mts/testing';

const MIGRATE = fileURLToPath(new URL('../../../apps/standalone/dist/migrate.js', import.meta.url));

/** What a caller of ours and a caller of IDA's need to know. */
export interface Running {
  readonly gatewayUrl: string;
  readonly authUrl: string;
  readonly keys: Provisioned;
  readonly stop: () => Promise<void>;
}

/** PostgreSQL that keeps what it commits, the simulator, a gateway and a seeder, each a process of its own. */
export async function startSystem(directory: string): Promise<Running> {
  const postgres = await startEmbeddedPostgres({ durable: true });
  const env = { DATABASE_URL: postgres.url };
  await promisify(execFile)(process.execPath, [MIGRATE], { env: { ...process.env, ...env } });
  const keys = await provision(join(directory, 'ida'));
  const simulator = await spawnApp(builtApp('ida-simulator'), {
    env: {
      IDA_SIMULATOR_DIR: join(directory, 'ida'),
      IDA_SIMULATOR_POPULATION: join(directory, 'population.ndjson'),
      IDA_SIMULATOR_PORT: '0',
    },
  });
  const authUrl = `${simulator.ready}/idauthentication/v1/auth`;
  const settings = { ...env, ...settingsOf(directory, authUrl, keys) };
  const gateway = await spawnApp(builtApp('gateway'), { env: settings });
  const seeder = await spawnApp(builtApp('seeder'), { env: settings });
  return {
    gatewayUrl: gateway.ready,
    authUrl,
    keys,
    stop: async () => {
      for (const app of [gateway, seeder, simulator] satisfies RunningApp[]) await app.stop();
      await postgres.stop();
    },
  };
}

function settingsOf(directory: string, authUrl: string, keys: Provisioned): NodeJS.ProcessEnv {
  const { relyingParty, partnerP12, idaPartnerCertificate } = keys;
  return {
    MTS_KEK_FILE: join(directory, 'kek'),
    MTS_GATEWAY_PORT: '0',
    MTS_LOG_LEVEL: 'warn',
    MTS_IDA_AUTH_URL: authUrl,
    MTS_IDA_PARTNER_ID: relyingParty.partnerId,
    MTS_IDA_API_KEY: relyingParty.apiKey,
    MTS_IDA_MISP_LICENCE_KEY: relyingParty.mispLicenceKey,
    MTS_IDA_PARTNER_P12_FILE: partnerP12,
    MTS_IDA_PARTNER_P12_PASSWORD: relyingParty.p12Password,
    MTS_IDA_CERTIFICATE_FILE: idaPartnerCertificate,
    MTS_IDA_DOMAIN_URI: relyingParty.domainUri,
    MTS_IDA_RATE_PER_SECOND_MAX: 'none',
    MTS_CALLS_PER_MINUTE_MAX: '1000000',
  };
}
