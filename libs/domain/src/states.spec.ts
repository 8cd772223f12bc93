import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { assertRequestMove, REQUEST_STATES, type RequestState } from './states.js';

type Move = `${string} ──► ${string}`;

/** In each line states, told apart by `|`, and arrows between them; after that, in brackets, why. */
function drawn(): Move[] {
  const source = readFileSync(new URL('states.ts', import.meta.url), 'utf8');
  const [, drawing = ''] = /The states of a request\.[^`]*```\n(.*?)```/s.exec(source) ?? [];
  return drawing.split('\n').flatMap((line) => {
    const steps = line
      .replace(/^ \* |\(.*/g, '')
      .split('──►')
      .map((step) => step.split('|').map((state) => state.trim()));
    return steps.flatMap((from, at) =>
      from.flatMap((one) => (steps[at + 1] ?? []).map((to): Move => `${one} ──► ${to}`)),
    );
  });
}

function isAllowed(from: RequestState, to: RequestState): boolean {
  try {
    assertRequestMove(from, to);
    return true;
  } catch {
    return false;
  }
}

it('a request may move as it is drawn, and not otherwise', () => {
  const allowed = REQUEST_STATES.flatMap((from) =>
    REQUEST_STATES.filter((to) => isAllowed(from, to)).map((to): Move => `${from} ──► ${to}`),
  );
  expect(allowed.length).toBeGreaterThan(0);
  expect(allowed.toSorted()).toEqual([...new Set(drawn())].toSorted());
});
