import 'reflect-metadata';
import { createLogger, NestLogger, runApp } from '@mts/platform';
import { NestFactory } from '@nestjs/core';

import { readSeederConfig } from './options.js';
import { Seeder } from './seeder.js';
import { SeederModule } from './seeder.module.js';
import { sizeThreadPool } from './thread-pool.js';

sizeThreadPool();

await runApp(async () => {
  const config = readSeederConfig(process.env);
  const logger = createLogger({ app: 'seeder', level: config.logLevel });
  const app = await NestFactory.createApplicationContext(SeederModule.forRoot(config, logger), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  return {
    address: 'seeder',
    logger,
    stop: async (ending) => {
      await app.get(Seeder).stop(ending);
      await app.close();
    },
  };
});
