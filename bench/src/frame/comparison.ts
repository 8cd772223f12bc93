import { markdownTable } from './markdown.js';
import type { Measurement } from './measurement.js';
import { amount } from './table.js';

/** What the original did when it was measured, and which figure of ours stands beside it. */
interface Compared {
  readonly what: string;
  readonly original: string;
  /** The name of a measurement. */
  readonly ours: string;
}

/**
 * Of MOSIP Token Seeder 1.1.0 (branch develop) and 1.0.1 (main), one worker, run on a machine with 2 shared cores. Its
 * rates of taking lists in are per second of its own processor time.
 */
const COMPARED: readonly Compared[] = [
  { what: 'taking a CSV file in', original: '40 (1.1.0), 290–320 (1.0.1)', ours: 'ingest: rows per second' },
  {
    what: 'memory for that',
    original: '113 (1.1.0), 111 (1.0.1)',
    ours: 'ingest: gateway peak memory',
  },
  {
    what: 'any other call meanwhile',
    original: 'waits for the end of the upload (504 s for 10,000 rows)',
    ours: 'ingest: status calls meanwhile, p99',
  },
  {
    what: 'authenticating, IDA at 0 ms',
    original: '21–28 (1.1.0), 17 (1.0.1)',
    ours: 'authenticate: 0 ms, 1 seeder',
  },
  {
    what: 'authenticating, IDA at 20 ms',
    original: '17–25 (1.1.0), 13 (1.0.1)',
    ours: 'authenticate: 20 ms, 1 seeder',
  },
  {
    what: 'authenticating, IDA at 100 ms',
    original: '6–8 (1.1.0), 7 (1.0.1)',
    ours: 'authenticate: 100 ms, 1 seeder',
  },
  {
    what: 'processor time for one record',
    original: '13,500–17,700',
    ours: 'authenticate: CPU of a seeder per record',
  },
  {
    what: 'waiting for one person, median, IDA at 0 ms',
    original: '466, with eight callers (1.1.0)',
    ours: 'sync: p50',
  },
];

/** The original's figures beside ours. */
export function comparison(rows: readonly Measurement[]): string {
  const lines = COMPARED.map(({ what, original, ours }) => {
    const figure = rows.find(({ name }) => name === ours);
    return [what, original, figure ? amount(figure.value) : 'not measured here yet', figure?.unit ?? ''];
  });
  return [
    'The original (MOSIP Token Seeder 1.1.0 and 1.0.1) was run with one worker on a machine with 2 shared cores.',
    markdownTable(['', 'original', '>this', 'unit'], lines),
  ].join('\n\n');
}
