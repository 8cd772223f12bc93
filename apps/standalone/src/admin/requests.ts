import { REQUEST_STATES } from '@mts/domain';
import { type ListedState, type ListPlace, OverviewStore, type RequestOverview } from '@mts/store';
import { InvalidArgumentError } from 'commander';

import { type AdminAnswer, type AdminCommand, uuid } from './command.js';
import { AdminError } from './outcome.js';
import { moment, table } from './table.js';

const LISTED_DEFAULT = 50;
const LISTED_MAX = 1000;
/** As the list shows them. */
const STATES: readonly ListedState[] = [...REQUEST_STATES, 'cancelling'];

/** How requests stand. */
export const REQUESTS: AdminCommand = {
  name: 'requests',
  summary: 'how requests stand',
  define: (command, order) => {
    command
      .command('list')
      .description('shows requests, the latest first, and no personal data')
      .option(
        '--state <state,…>',
        `${STATES.join(', ')}; by default all but those that are being handed in (receiving) and those that are erased (archived)`,
        statesOf,
      )
      .option('--limit <n>', `up to so many, at most ${LISTED_MAX}`, limitOf, LISTED_DEFAULT)
      .option('--after <request-id>', 'those that were handed in before this one', uuid)
      .action((wish: Wish) => order(async ({ database }) => list(new OverviewStore(database), wish)));
  },
};

interface Wish {
  readonly state?: readonly ListedState[];
  readonly limit: number;
  readonly after?: string;
}

/** @throws InvalidArgumentError */
function statesOf(text: string): readonly ListedState[] {
  const given = text.split(',').map((one) => one.trim());
  const states = STATES.filter((one) => given.includes(one));
  if (given.every((one) => states.some((state) => state === one))) return states;
  throw new InvalidArgumentError(`It must be some of ${STATES.join(', ')}, separated by commas.`);
}

/** @throws InvalidArgumentError */
function limitOf(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LISTED_MAX) return limit;
  throw new InvalidArgumentError(`It must be a number from 1 to ${LISTED_MAX}.`);
}

async function list(store: OverviewStore, { state: states, limit, after }: Wish): Promise<AdminAnswer> {
  const place = after === undefined ? undefined : await placeOf(store, after);
  const { requests, next } = await store.list({ states }, place, limit);
  const more = next === undefined ? 0 : await store.count({ states }, next);
  const json = { requests: requests.map(summaryOf), more };
  if (requests.length === 0) return { text: 'There are no such requests.', json };
  const rest = next === undefined ? [] : ['', `${more.toLocaleString('en')} more: --after ${next.id}`];
  return { text: [tableOf(requests), ...rest].join('\n'), json };
}

async function placeOf(store: OverviewStore, id: string): Promise<ListPlace> {
  const place = await store.placeOf(id);
  if (place === undefined) throw new AdminError('not-found', `There is no request ${id}.`);
  return place;
}

function summaryOf(request: RequestOverview): object {
  const { id, owner, state, input, total, done, failed, invalid } = request;
  const { notAsked, unknown, createdAt, cancelling, holds } = request;
  return {
    id,
    owner,
    state,
    input,
    total,
    done,
    failed,
    invalid,
    notAsked,
    unknown,
    createdAt,
    cancelling,
    holds: holds.map(({ kind, code }) => ({ kind, code })),
  };
}

/** Two of the counts are not 0 of cancelled and checked lists alone, and shown where there are such. */
function tableOf(requests: readonly RequestOverview[]): string {
  const areAllAsked = requests.every(({ notAsked, unknown }) => notAsked + unknown === 0);
  const more = areAllAsked ? [] : ['not asked', 'unknown'];
  return table(
    ['id', 'handed in', 'state', 'input', 'total', 'done', 'failed', 'invalid', ...more, 'held by'],
    requests.map((request) => {
      const { id, createdAt, state, cancelling, input, total, done, failed, invalid } = request;
      const counts = [
        total,
        done,
        failed,
        invalid,
        ...(areAllAsked ? [] : [request.notAsked, request.unknown]),
      ];
      return [
        id,
        moment(createdAt),
        cancelling ? 'cancelling' : state,
        input,
        ...counts.map(String),
        request.holds.map(({ kind }) => kind).join(','),
      ];
    }),
  );
}
