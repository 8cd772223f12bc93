import { expect, it } from 'vitest';

import { problemsOf } from './audit.js';
import { Places } from './places.js';
import { FAULTS } from './registry.js';

/** A fault is mostly waiting; but each brings half a dozen processes, which need memory and start on all cores. */
const places = new Places(3);

it.concurrent.for(FAULTS)(
  'nobody is lost or doubled: $title.short',
  // The time spent waiting for a place counts.
  { timeout: 900_000 },
  async ({ run }, { skip }) => {
    const report = await places.in(async () => run('short'));
    skip('skipped' in report, 'skipped' in report ? report.skipped : undefined);
    expect('skipped' in report ? [] : problemsOf(report)).toEqual([]);
  },
);
