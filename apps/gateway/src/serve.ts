import 'reflect-metadata';
import { createLogger, runApp } from '@mts/platform';

import { startGateway } from './gateway.js';
import { readGatewayConfig } from './options.js';

await runApp(async () => {
  const config = readGatewayConfig(process.env);
  const logger = createLogger({ app: 'gateway', level: config.logLevel });
  const gateway = await startGateway(config, { logger });
  return { address: gateway.url, logger, stop: async (ending) => gateway.stop(ending) };
});
