export { SeederModule } from './seeder.module.js';
export { readSeederConfig, type SeederConfig } from './options.js';
