import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { markdownOf } from './markdown.js';
import type { Report } from './report.js';

/** Writes `report.json` and `report.md`; an earlier report in the folder is replaced. */
export async function writeReport(folder: string, report: Report): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = { 'report.json': `${JSON.stringify(report, null, 2)}\n`, 'report.md': markdownOf(report) };
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { mode: 0o600 });
  return Object.keys(files).map((name) => join(folder, name));
}
