import { mkdirSync, writeFileSync } from 'node:fs';
import { adviceTable } from './advice-table.js';
import { REFERENCE_PAGES } from './pages.js';

const docs = new URL('../../../../docs/', import.meta.url);
mkdirSync(new URL('errors/', docs), { recursive: true });
for (const [path, text] of Object.entries(REFERENCE_PAGES)) writeFileSync(new URL(path, docs), text());
writeFileSync(new URL('../libs/domain/src/errors/ida-advice-table.ts', docs), adviceTable());
