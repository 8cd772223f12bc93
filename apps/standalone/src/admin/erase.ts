import { isFinished } from '@mts/domain';
import { type Database, eraseRemains, type Request, RequestStore, SteeringStore } from '@mts/store';

import { type AdminAnswer, type AdminCommand, uuid } from './command.js';
import { AdminError } from './outcome.js';
import { counted, moment } from './table.js';

/** Erases a request, whatever it does. */
export const ERASE: AdminCommand = {
  name: 'erase',
  summary: 'erase a request now, whatever it does',
  define: (command, order) => {
    command
      .description(
        `Erases the request now, also one that still works, as DELETE /authtoken/requests/{id} does for its owner, and one
that is still being handed in: its keys at once, so that nobody can open anything of it, then its rows. A summary
without personal data stays of what had been handed in.`,
      )
      .argument('<request-id>', 'as requests list shows it', uuid)
      .action((id: string) => order(async ({ database }) => erase(database, id)));
  },
};

async function erase(database: Database, id: string): Promise<AdminAnswer> {
  const requests = new RequestStore(database);
  if (await requests.discard(id)) {
    const text = `Request ${id} was still being handed in. Nothing of it is left, and its upload breaks off.`;
    return { text, json: { id, erased: true, was: 'receiving' } };
  }
  const request = await requests.find(id);
  const erasure = await new SteeringStore(database, requests).erase(id);
  if (request !== null && erasure !== 'nothing was there') {
    await requests.eraseRecords(id);
    const json = { id, erased: true, was: request.state, records: request.total };
    return { text: whatWasErased(request), json };
  }
  if (await eraseRemains(database, requests, id)) {
    const text = `What was left of request ${id} is erased: keys or records that should not have been there.`;
    return { text, json: { id, erased: true, was: 'archived' } };
  }
  if (request === null) throw new AdminError('not-found', `There is no request ${id}.`);
  return { text: whenItWas(request), json: { id, erased: false, was: request.state } };
}

function whatWasErased({ id, state, total }: Request): string {
  const work = isFinished(state) ? '' : ' It does not work any more: nobody else of it is asked about.';
  return `Request ${id} (${state}) is erased: its keys, ${counted(total, 'record')} with their results, and where it came from and went to.${work}`;
}

function whenItWas({ id, archivedAt }: Request): string {
  const when = archivedAt === null ? '' : ` on ${moment(archivedAt)}`;
  return `Request ${id} was erased before${when}; nothing was left of it.`;
}
