import { type AuthOutcome, IdaFault } from '@mts/domain';
import type { AskedPerson, CallOptions } from '@mts/ida-client';
import { expect, it } from 'vitest';

import { CallFigures } from './call-figures.js';
import { FollowedClient } from './followed-client.js';

const PERSON = { individualId: '1001' } as AskedPerson;
const MATCHED: AuthOutcome = { kind: 'matched', token: '29' };
const CALL = { transactionId: 'A1b2C3d4E5' };

/** A client whose calls end as a test says, and what the limit was told of them. */
function follow(end: (options: CallOptions) => AuthOutcome) {
  const [told, figures] = [[] as unknown[], new CallFigures()];
  const client = new FollowedClient(
    { authenticate: (_, options = {}) => new Promise((resolve) => resolve(end(options))) },
    {
      begin: () => ({
        answered: (latencyMs) => told.push(latencyMs),
        failed: () => told.push('failed'),
      }),
    },
    figures,
  );
  return { client, told, figures };
}

function answering(latencyMs: number, then: () => AuthOutcome) {
  return (options: CallOptions): AuthOutcome => {
    options.onSend?.(CALL);
    options.onAnswer?.({ ...CALL, latencyMs });
    return then();
  };
}

function stop(): never {
  throw new Error('stopped');
}

function fault(faultClass: IdaFault['faultClass'], effect: IdaFault['effect']): () => never {
  return () => {
    throw new IdaFault(faultClass, 'profile', effect, 'MTS-IDA-103', 'no');
  };
}

it('tells the limit what the call alone took, and counts it', async () => {
  const { client, told, figures } = follow(answering(42, () => MATCHED));
  expect(await client.authenticate(PERSON)).toEqual(MATCHED);
  expect([told, figures.take()]).toMatchObject([[42], { latencyMs: 42 }]);
  expect(figures.take().callsPerSecond).toBe(0);
});

it.each([
  ['that IDA cannot, for a failure', fault('transient', 'unknown'), 'failed'],
  ['nothing, for a failure: it may be garbage', fault('configuration', 'unknown'), 'failed'],
  ['that a set-up is wrong, for an answer', fault('configuration', 'not-asked'), 5],
])('takes an answer that says %s', async (_what, then, told) => {
  const followed = follow(answering(5, then));
  await expect(followed.client.authenticate(PERSON)).rejects.toThrow(IdaFault);
  expect(followed.told).toEqual([told]);
});

it('learns nothing from a call that was not sent, for a reason of ours', async () => {
  const { client, told, figures } = follow((options) => {
    options.onSend?.(CALL);
    return MATCHED;
  });
  await expect(client.authenticate(PERSON, { onSend: stop })).rejects.toThrow('stopped');
  expect([told, figures.take().callsPerSecond]).toEqual([[], 0]);
});
