import { expect, it } from 'vitest';

import { measured } from '../frame/measurement.js';
import { report, type Results } from './report.js';
import { CONDITIONS, FAULT, TAKEN } from '../spec-support/results-fixture.js';

const NOTHING: Results = { parts: [], faults: [], notes: new Map() };

/** Cells without what pads them. */
function linesOf(results: Partial<Results>): readonly string[] {
  return report({ ...NOTHING, ...results })
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' '));
}

it('the page says what was measured where and how, and whether each target is met', () => {
  expect(linesOf({ parts: [['ingest', { taken: TAKEN }]] })).toEqual(
    expect.arrayContaining([
      '- Speed: 1 of 2 targets met, 1 missed (`ingest: gateway peak memory`), 0 not run.',
      '- Faults: not run yet.',
      '- Figures of commit abc1234; size full.',
      '`npm run bench -- ingest --full`, 2026-01-31 12:00 UTC, commit abc1234, 2 × CPU, 25 GB, linux 6, Node.js 24.0.0, load 0.5 before, 0.1 processors at other work.',
      '| ingest: rows per second | 16,000 | rows/s | 20,000 | 80 % | ± 2 % | >= 15000 | met |',
      '| ingest: gateway peak memory | 301 | MB | – | – | – | <= 300 | MISSED |',
      '| ingest: status calls meanwhile, p50 | 12 | ms | floor 8 | 1.5 × | – | none | measured |',
    ]),
  );
});

it('figures that were taken beside other work are marked, each of them', () => {
  const lines = linesOf({ parts: [['ingest', { taken: { ...TAKEN, otherWork: 0.7 } }]] });
  expect(lines.find((line) => line.startsWith('`npm'))).toContain('0.7 processors at other work: **noisy**.');
  expect(lines.filter((line) => line.endsWith(', noisy |'))).toHaveLength(TAKEN.rows.length);
  expect(lines).toContain(
    '- Speed: 1 of 2 targets met, 1 missed (`ingest: gateway peak memory`), 0 not run; noisy: `ingest`.',
  );
});

it('a run that fails leaves the figures of the one before, and the number of targets', () => {
  const failed = { conditions: { ...CONDITIONS, startedAt: '2026-02-01T08:00:00.000Z' }, why: 'no room.' };
  const lines = linesOf({
    parts: [
      ['ingest', { taken: TAKEN, failed }],
      ['growth', { failed }],
      ['latency', undefined],
    ],
  });
  expect(lines).toContain(
    '- Speed: 0 of 2 targets met, 0 missed, 2 not run (`ingest`, `growth`), no figures yet of `growth`, `latency`.',
  );
  expect(lines.filter((line) => line.startsWith('**Did not run**'))).toEqual([
    expect.stringMatching(/2026-02-01 08:00 UTC.*: no room\. \(The figures are those of the run before\.\)$/),
    expect.stringMatching(/: no room\.$/),
  ]);
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^\| ingest: rows per second \| 16,000 \|.* not run, before: met \|$/),
    ]),
  );
});

it('beside a missed target stands why, or that nobody has said', () => {
  const parts: Results['parts'] = [['ingest', { taken: TAKEN }]];
  const notes = new Map([
    ['ingest: gateway peak memory', 'the profile shows'],
    ['ingest: rows per second', 'of a time when it was missed'],
  ]);
  const why = '**Why `ingest: gateway peak memory` is missed**: ';
  expect(linesOf({ parts, notes })).toContain(`${why}the profile shows`);
  expect(linesOf({ parts, notes }).join()).not.toContain('of a time');
  expect(linesOf({ parts }).find((line) => line.startsWith(why))).toContain('nobody has said yet');
});

it('targets that are missed for the same reason share its paragraph', () => {
  const rows = ['a', 'b'].map((name) => measured({ name, value: 301, unit: 'MB', target: { atMost: 300 } }));
  const notes = new Map(rows.map(({ name }) => [name, 'the profile shows']));
  const lines = linesOf({ parts: [['ingest', { taken: { ...TAKEN, rows } }]], notes });
  expect(lines.filter((line) => line.startsWith('**Why'))).toEqual([
    '**Why `a`, `b` are missed**: the profile shows',
  ]);
});

it('the page has a line for each fault, with its limits and what it came to', () => {
  const { counts: _, ...uncounted } = FAULT;
  const lines = linesOf({
    faults: [
      FAULT,
      { ...FAULT, outcome: 'failed', remarks: ['a log holds a name'] },
      { ...uncounted, name: 'disk-full', outcome: 'skipped', remarks: ['no tmpfs'] },
      { name: 'clock-off', title: 'a clock is off', outcome: 'not run', remarks: [] },
    ],
  });
  const [what, run] = ['a seeder is killed 20 times', '2026-01-31 12:00 UTC | 243 s | abc1234 | 0.5'];
  expect(lines).toEqual(
    expect.arrayContaining([
      '- Faults: 1 of 4 faults passed, 1 failed (`seeder-killed`), 1 skipped (`disk-full`), 1 not run (`clock-off`).',
      '- `npm run test:faults`, 2 × CPU, 25 GB, linux 6, Node.js 24.0.0',
      `| \`seeder-killed\` | 20,000 | 0 | 0 | 3 | 320 | 13.24 s | 15 s | passed | ${what} | ${run} |`,
      `| \`seeder-killed\` | 20,000 | 0 | 0 | 3 | 320 | 13.24 s | 15 s | FAILED; a log holds a name | ${what} | ${run} |`,
      `| \`disk-full\` | – | – | – | – | – | – | – | skipped; no tmpfs | ${what} | ${run} |`,
      '| `clock-off` | – | – | – | – | – | – | – | not run | a clock is off | – | – | – | – |',
    ]),
  );
});
