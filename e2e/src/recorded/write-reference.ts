import { writeFileSync } from 'node:fs';

import { recordedCasesPage } from './reference.js';

writeFileSync(new URL('../../../docs/reference/recorded-cases.md', import.meta.url), recordedCasesPage());
