import { REQUEST_STATES, type RequestState } from '@mts/domain';
import { OverviewStore, type RequestOverview } from '@mts/store';

import type { AdminAnswer, AdminCommand, AdminWork, Typed } from './command.js';
import { moment, table } from './table.js';
import { UsageError } from './usage-error.js';

const LISTED = 50;

/** How requests stand. */
export const REQUESTS: AdminCommand = {
  name: 'requests',
  summary: 'how requests stand',
  usage: `npm run admin -- requests list [--state <state>[,<state> ...]]

The latest ${LISTED} requests, without those that are being handed in or are erased, and no personal data.

  --state <states>  ${REQUEST_STATES.join(', ')}`,
  options: { state: { type: 'string' } },
  plan,
};

function plan({ words: [verb, ...rest], options: { state } }: Typed): AdminWork {
  if (verb !== 'list' || rest.length > 0) throw new UsageError('list is what there is.');
  const states = state === undefined ? undefined : statesOf(String(state));
  return async ({ database }) => list(new OverviewStore(database), states);
}

function statesOf(text: string): readonly RequestState[] {
  const given = text.split(',').map((one) => one.trim());
  const states = REQUEST_STATES.filter((one) => given.includes(one));
  if (states.length === given.length) return states;
  throw new UsageError(`--state must be some of ${REQUEST_STATES.join(', ')}, separated by commas.`);
}

async function list(store: OverviewStore, states: readonly RequestState[] | undefined): Promise<AdminAnswer> {
  const { requests } = await store.list({ states }, undefined, LISTED);
  const json = requests.map(
    ({ id, owner, state, input, total, done, failed, invalid, createdAt, holds }) => ({
      id,
      owner,
      state,
      input,
      total,
      done,
      failed,
      invalid,
      createdAt,
      holds: holds.map(({ kind, code }) => ({ kind, code })),
    }),
  );
  return { text: requests.length === 0 ? 'There are no such requests.' : tableOf(requests), json };
}

function tableOf(requests: readonly RequestOverview[]): string {
  return table(
    ['id', 'handed in', 'state', 'input', 'total', 'done', 'failed', 'invalid', 'held by'],
    requests.map(({ id, createdAt, state, input, total, done, failed, invalid, holds }) => [
      id,
      moment(createdAt),
      state,
      input,
      ...[total, done, failed, invalid].map(String),
      holds.map(({ kind }) => kind).join(','),
    ]),
  );
}
