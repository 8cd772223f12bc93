import { writeFileSync } from 'node:fs';

import { configurationReference } from './reference.js';

writeFileSync(
  new URL('../../../../docs/reference/configuration.md', import.meta.url),
  configurationReference(),
);
