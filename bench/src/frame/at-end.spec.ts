import { expect, it } from 'vitest';

import { atEnd, closeAll } from './at-end.js';

it('what was started last is closed first, and once', async () => {
  const closed: string[] = [];
  for (const name of ['database', 'gateway']) atEnd(async () => closed.push(name));
  await closeAll();
  await closeAll();
  expect(closed).toEqual(['gateway', 'database']);
});

it('what cannot be closed keeps nothing else open', async () => {
  const closed: string[] = [];
  const fault = new Error('it hangs');
  atEnd(async () => closed.push('database'));
  atEnd(async () => Promise.reject(fault));
  expect(await closeAll()).toEqual([fault]);
  expect(closed).toEqual(['database']);
});
