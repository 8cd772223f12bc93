/** What the original did, and which figure of ours stands beside it. */
export interface Compared {
  readonly what: string;
  /** Each figure with the version, in brackets, that it is of. */
  readonly original: string;
  readonly unit: string;
  /** The name of a measurement. */
  readonly ours: string;
  /** In what the two are not alike. */
  readonly but?: string;
}

/** On what the original's figures were taken. */
export const ORIGINAL_MEASURED_ON =
  'MOSIP Token Seeder 1.1.0 and 1.0.1 with one gunicorn worker and a stand-in for IDA, on 2 cores that other work kept at a load of 3 to 11';

/** Rates of taking a list in are per second of its own processor time, so that the other work does not count. */
export const COMPARED: readonly Compared[] = [
  {
    what: 'taking a CSV file in',
    original: '39–40 (1.1.0), 286–317 (1.0.1)',
    unit: 'rows/s',
    ours: 'ingest: rows per second',
    but: "the original's per second of its own processor time; by the clock 10,000 rows took 504 s and 67 s",
  },
  {
    what: 'peak memory for that',
    original: '113 (1.1.0), 111 (1.0.1)',
    unit: 'MB',
    ours: 'ingest: gateway peak memory',
  },
  {
    what: 'any other call meanwhile',
    original: '504,000 (1.1.0), 67,000 (1.0.1)',
    unit: 'ms',
    ours: 'ingest: status calls meanwhile, p99',
    but: "ours the p99 of status calls, the original's the longest: it answers nobody before the end of an upload, here of 10,000 rows",
  },
  {
    what: 'authenticating, IDA at 0 ms',
    original: '20.9–28.4 (1.1.0), 17.3 (1.0.1)',
    unit: '1/s',
    ours: 'authenticate: 0 ms, 1 seeder',
  },
  {
    what: 'authenticating, IDA at 20 ms',
    original: '16.6–25.1 (1.1.0), 12.5 (1.0.1)',
    unit: '1/s',
    ours: 'authenticate: 20 ms, 1 seeder',
  },
  {
    what: 'authenticating, IDA at 100 ms',
    original: '6.0–7.7 (1.1.0), 7.1 (1.0.1)',
    unit: '1/s',
    ours: 'authenticate: 100 ms, 1 seeder',
  },
  {
    what: 'processor time for one record',
    original: '13,500–17,700 (1.1.0 and 1.0.1)',
    unit: 'µs',
    ours: 'authenticate: CPU of a seeder per record',
    but: "the original's is one range, not told apart by version; ours without that of PostgreSQL",
  },
  {
    what: 'waiting for one person, median',
    original: '466 (1.1.0)',
    unit: 'ms',
    ours: 'sync: p50',
    but: 'the original with eight callers at once, which it serves one after another; ours with one, and with the IDA simulator',
  },
];
