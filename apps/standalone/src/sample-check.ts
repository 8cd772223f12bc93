import { readResults, type ResultRow } from './result-file.js';

/** What the sample list must come to. */
export type ExpectedRow = Pick<ResultRow, (typeof COMPARED)[number]>;
const COMPARED = ['status', 'token', 'errorCode'] as const;

/** Every way in which a result differs from what was expected, one sentence each. */
export function differences(results: readonly ExpectedRow[], expected: readonly ExpectedRow[]): string[] {
  const found: string[] = [];
  if (results.length !== expected.length) found.push(`${results.length} rows instead of ${expected.length}`);
  for (const [index, wanted] of expected.entries()) {
    const row = results[index];
    if (!row) break;
    for (const column of COMPARED) {
      if (row[column] !== wanted[column]) {
        found.push(`line ${index + 1}: ${column} is '${row[column]}' instead of '${wanted[column]}'`);
      }
    }
  }
  return found;
}

export async function compareFiles(result: string, expected: string): Promise<string[]> {
  return differences(await readResults<ExpectedRow>(result), await readResults<ExpectedRow>(expected));
}
