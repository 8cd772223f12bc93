import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { comparison } from './comparison.js';
import type { FaultLine } from './fault-line.js';
import { jsonRows } from './json-rows.js';
import { readNotes } from './notes.js';
import type { Failed, Part, Taken } from './part.js';
import { withSection } from './readme-section.js';
import { report, type Results } from './report.js';

const BENCH = fileURLToPath(new URL('../../', import.meta.url));
const README = join(BENCH, '../README.md');
const FAULTS = 'faults';

/** Where results are kept: a file for each bench and one for all faults, and the pages that are made of them. */
export class ResultsFolder {
  readonly path: string;

  /**
   * @param benches every bench, in the order of the pages
   * @param out as typed, from where the command was typed; default: `bench`, whose results are committed
   */
  constructor(
    private readonly benches: readonly string[],
    out?: string,
  ) {
    // npm runs a script in the folder of its package.json, and says here where it was called.
    this.path = out === undefined ? BENCH : resolve(process.env['INIT_CWD'] ?? '.', out);
  }

  /** Replaces what this bench has measured before. */
  async keepFigures(bench: string, taken: Taken): Promise<Part> {
    return this.write(bench, { taken });
  }

  /** Takes nothing away from what it has measured before. */
  async keepFailure(bench: string, failed: Failed): Promise<Part> {
    const { taken } = (await this.read<Part>(bench)) ?? {};
    return this.write(bench, { ...(taken && { taken }), failed });
  }

  /** Replaces the lines of these faults. @param all a line for each fault there is, for those that have never run */
  async keepFaults(lines: readonly FaultLine[], all: readonly FaultLine[]): Promise<void> {
    const known = [...((await this.read<readonly FaultLine[]>(FAULTS)) ?? []), ...lines];
    const byName = new Map(known.map((line) => [line.name, line]));
    await this.write(
      FAULTS,
      all.map((line) => byName.get(line.name) ?? line),
    );
  }

  /** Writes `results.json` and `results.md`, and the comparison in the README where these are the committed results. */
  async writePages(): Promise<void> {
    const results = await this.results();
    const { json, page } = pagesOf(results);
    await writeFile(join(this.path, 'results.json'), json);
    await writeFile(join(this.path, 'results.md'), page);
    if (this.path === BENCH) await writeFile(README, withComparison(await readFile(README, 'utf8'), results));
  }

  async results(): Promise<Results> {
    const parts: [string, Part | undefined][] = [];
    for (const bench of this.benches) parts.push([bench, await this.read<Part>(bench)]);
    const notes = readNotes(await readFile(join(BENCH, 'notes.md'), 'utf8'));
    return { parts, faults: (await this.read<readonly FaultLine[]>(FAULTS)) ?? [], notes };
  }

  private async read<T>(name: string): Promise<T | undefined> {
    try {
      return JSON.parse(await readFile(join(this.path, 'results', `${name}.json`), 'utf8')) as T;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  private async write<T>(name: string, value: T): Promise<T> {
    await mkdir(join(this.path, 'results'), { recursive: true });
    await writeFile(join(this.path, 'results', `${name}.json`), jsonText(value));
    return value;
  }
}

export function pagesOf(results: Results): { readonly json: string; readonly page: string } {
  const rows = results.parts.flatMap(([name, part]) => (part === undefined ? [] : jsonRows(name, part)));
  return { json: jsonText(rows), page: report(results) };
}

/** @param readme of the project @returns it with the comparison of these results */
export function withComparison(readme: string, { parts }: Results): string {
  return withSection(readme, 'comparison', comparison(parts.flatMap(([, part]) => part ?? [])));
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, rounded, 2)}\n`;
}

/** More digits would feign a precision that no measurement has. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(2)) : value;
}
