import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { parseCsv, type Row } from '../gateway.js';
import { generatePeople } from '../system.js';

/** One line of a list, with what must come of it. */
export interface ListedPerson {
  /** As handed in, by column. */
  readonly source: Row;
  /** `status`, `token`, `errorCode`, as the generator knows them. */
  readonly expected: Row;
  /** IDA answers for this VID once, whoever hears it. */
  readonly isOneTimeVid: boolean;
}

/** A list as it is handed in. */
export class PeopleList {
  constructor(
    private readonly header: string,
    readonly people: readonly ListedPerson[],
    private readonly lines: readonly string[],
  ) {}

  get length(): number {
    return this.people.length;
  }

  get csv(): string {
    return `${[this.header, ...this.lines].join('\r\n')}\r\n`;
  }

  /** The people from one place to before another, from 0, as a list of their own. */
  part(from: number, to: number): PeopleList {
    return new PeopleList(this.header, this.people.slice(from, to), this.lines.slice(from, to));
  }
}

/** Everybody that the IDA simulator knows. */
export class Population {
  private constructor(
    /** Holds what the simulator reads. */
    readonly folder: string,
    readonly list: PeopleList,
  ) {}

  static async generate(
    count: number,
    seed: number,
    shares: Readonly<Record<string, number>>,
  ): Promise<Population> {
    const folder = await generatePeople(count, seed, shares);
    const read = async (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
    const [csv, expected] = [await read('people.csv'), parseCsv(await read('expected.csv'))];
    const oneTimeVids = new Set(
      [...(await read('population.ndjson')).matchAll(/"vid":"(\d+)","type":"one-time"/g)].map(
        ([, vid]) => vid,
      ),
    );
    // No value of a generated list holds a line break.
    const [header = '', ...lines] = csv.trimEnd().split('\r\n');
    const people = parseCsv(csv).map((source, index) => ({
      source,
      expected: expected[index] ?? {},
      isOneTimeVid: oneTimeVids.has(source['vid'] ?? ''),
    }));
    return new Population(folder, new PeopleList(header, people, lines));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
