import { access, constants, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { UsageError } from '../command/usage-error.js';
import { markdownOf } from './markdown.js';
import type { Report } from './report.js';

/** Before anything is run, so that no report is lost for want of a place. @throws UsageError */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolder(resolve(folder));
    await access(folder, constants.W_OK);
  } catch {
    throw new UsageError(
      `--report: ${folder} is no folder that can be written to, nor can one be made there`,
    );
  }
}

/** Writes `report.json` and `report.md` into a prepared folder; an earlier report in it is replaced. */
export async function writeReport(folder: string, report: Report): Promise<readonly string[]> {
  const files = { 'report.json': `${JSON.stringify(report, null, 2)}\n`, 'report.md': markdownOf(report) };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    // Removed first, so that a link that stands there is replaced and not followed.
    await rm(path, { force: true });
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  }
  return Object.keys(files).map((name) => join(folder, name));
}

/** One by one: `recursive` of Node.js 24 tries for ever where nobody may make a folder, as in /proc. */
async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  if (folder !== dirname(folder)) await makeFolder(dirname(folder));
  await mkdir(folder, { mode: 0o700 });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
