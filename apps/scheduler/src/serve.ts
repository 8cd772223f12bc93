import 'reflect-metadata';
import { createLogger, NestLogger, runApp } from '@mts/platform';
import { NestFactory } from '@nestjs/core';

import { readSchedulerConfig } from './options.js';
import { Scheduler } from './scheduler.js';
import { SchedulerModule } from './scheduler.module.js';

await runApp(async () => {
  const config = readSchedulerConfig(process.env);
  const logger = createLogger({ app: 'scheduler', level: config.logLevel });
  const app = await NestFactory.createApplicationContext(SchedulerModule.forRoot(config, logger), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  return {
    address: 'scheduler',
    logger,
    stop: async (ending) => {
      await app.get(Scheduler).stop(ending);
      await app.close();
    },
  };
});
