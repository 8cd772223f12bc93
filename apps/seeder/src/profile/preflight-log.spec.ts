import type { PreflightResult } from '@mts/ida-client';
import { expect, it } from 'vitest';

import { PreflightLog } from './preflight-log.js';

const silent = (): void => undefined;
const failed = (code: string): PreflightResult => ({
  ok: false,
  faultClass: 'transient',
  code,
  reason: 'why',
});

it('says why preflights fail once, when the reason changes, when it comes again, and every five minutes', () => {
  const told: (string | undefined)[] = [];
  let nowMs = 0;
  const warn = (_message: string, fields: { readonly code?: unknown } = {}): void => {
    told.push(String(fields.code));
  };
  const log = new PreflightLog({ debug: silent, info: silent, warn, error: silent }, () => nowMs);
  for (const code of ['A', 'A', 'A', 'B', 'B', 'A']) log.note(failed(code));
  expect(told).toEqual(['A', 'B', 'A']);
  log.note({ ok: true });
  log.note(failed('A'));
  nowMs += 299_999;
  log.note(failed('A'));
  expect(told).toEqual(['A', 'B', 'A', 'A']);
  nowMs += 1;
  log.note(failed('A'));
  expect(told).toEqual(['A', 'B', 'A', 'A', 'A']);
});
