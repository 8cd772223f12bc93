import { writeFileSync } from 'node:fs';

import { errorsReference } from './errors-reference.js';
import { configurationReference } from './reference.js';

const FOLDER = new URL('../../../../docs/reference/', import.meta.url);

writeFileSync(new URL('configuration.md', FOLDER), configurationReference());
writeFileSync(new URL('errors.md', FOLDER), errorsReference());
