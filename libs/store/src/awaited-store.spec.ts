import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { AwaitedStore, Notifications, ProfileStore } from './index.js';
import { outcome, storeFixture, type StoreFixture } from './spec-support/fixture.js';

let fixture: StoreFixture;
let awaited: AwaitedStore;
let profile: ProfileStore;
beforeAll(async () => {
  fixture = await storeFixture();
  awaited = new AwaitedStore(fixture.database, 'default');
  profile = new ProfileStore(fixture.database, 'default');
});
afterAll(async () => fixture.database.close());
afterEach(async () => {
  await profile.lift();
  await fixture.database.query('TRUNCATE request, record, seeder, ida_preflight CASCADE');
});

async function submit(): Promise<string> {
  const id = randomUUID();
  const request = {
    id,
    owner: 'somebody',
    input: 'json',
    output: 'json',
    kekId: 'static-spec',
    wrappedInputKey: Buffer.from('i'),
    wrappedResultsKey: Buffer.from('r'),
    sealedOptions: Buffer.from('o'),
    sealedInput: Buffer.from('input'),
  };
  await fixture.database.transaction(async (tx) => awaited.submit(request, tx));
  return id;
}

/** The right to ask about it, noted as about to be used. */
async function sent(id: string) {
  const lease = await fixture.ranges.take(id, 0);
  if (lease === undefined) throw new Error('there is no work');
  await fixture.ranges.markSent(lease, 1);
  return lease;
}

const rows = async (): Promise<number> => {
  const [row] = await fixture.database.query<{ count: number }>(
    'SELECT (SELECT count(*) FROM request)::int + (SELECT count(*) FROM range)::int + (SELECT count(*) FROM record)::int AS count',
  );
  return row?.count ?? -1;
};

describe('an awaited request', () => {
  it('is worked on and ends like a list of one', async () => {
    const id = await submit();
    expect(await fixture.requests.find(id)).toMatchObject({ awaited: true, state: 'submitted', total: 1 });
    const lease = await sent(id);
    expect(await fixture.ranges.openRecords(lease, 0, 10)).toMatchObject([{ line: 1, attempts: 0 }]);
    expect(await awaited.standing(id)).toEqual({
      state: 'processing',
      sealedOutcome: null,
      mayHaveBeenAsked: true,
    });
    await fixture.saveOutcomes(lease, [outcome(1)]);
    expect(await awaited.standing(id)).toMatchObject({
      state: 'processing',
      sealedOutcome: Buffer.from('outcome 1'),
    });
    expect(await fixture.ranges.finish(lease)).toBe('processed');
    expect(await fixture.requests.progress(id)).toMatchObject({ total: 1, done: 1 });
  });

  it.each(['asked', 'unasked'] as const)('that was erased when it was %s is known as such', async (how) => {
    const id = await submit();
    if (how === 'asked') await sent(id);
    await fixture.database.query(`UPDATE request SET state = 'cancelled' WHERE id = $1`, [id]);
    await fixture.database.query('UPDATE range SET lease_until = NULL WHERE request_id = $1', [id]);
    await fixture.requests.archive(id);
    expect(await awaited.standing(id)).toEqual({
      state: 'archived',
      sealedOutcome: null,
      mayHaveBeenAsked: how === 'asked',
    });
  });

  it('tells whoever follows it as soon as there is an outcome, before it has ended', async () => {
    const id = await submit();
    const lease = await sent(id);
    const { url } = fixture;
    const notifications = await Notifications.open({
      url,
      schema: 'mts',
      app: 'spec',
      onFault: () => undefined,
    });
    const told = new Promise<void>((resolve) => void notifications.subscribe(id, resolve));
    await fixture.saveOutcomes(lease, [outcome(1)]);
    await told;
    expect(await awaited.standing(id)).toMatchObject({
      state: 'processing',
      sealedOutcome: Buffer.from('outcome 1'),
    });
    await notifications.close();
  });

  it('whose answer was handed over is erased after the grace period, or earlier if that was said before', async () => {
    const id = await submit();
    await awaited.handedOver(id, 10);
    const first = (await fixture.requests.find(id))?.eraseAt;
    await awaited.handedOver(id, 100);
    expect((await fixture.requests.find(id))?.eraseAt).toEqual(first);
    expect(first?.getTime()).toBeGreaterThan(Date.now() + 500_000);
  });
});

describe('what keeps IDA from being asked', () => {
  it('is nothing while a seeder lives and nothing is held', async () => {
    await fixture.seederLives(randomUUID());
    expect(await awaited.hindrance()).toBeUndefined();
    await fixture.database.query(`UPDATE seeder SET seen_at = now() - interval '16 seconds'`);
    expect(await awaited.hindrance()).toMatchObject({ kind: 'no seeder' });
  });

  it('is the hold of the profile, which all have, or that of the request itself', async () => {
    await fixture.seederLives(randomUUID());
    const [id, other] = [await submit(), await submit()];
    await profile.holdRequest(id, 'IDA-MLC-009', 'its own');
    expect(await awaited.hindrance(id)).toMatchObject({ kind: 'request', code: 'IDA-MLC-009' });
    expect(await awaited.hindrance(other)).toBeUndefined();
    expect(await awaited.hindrance()).toBeUndefined();
    await profile.hold('record', 'MTS-IDA-102', 'all');
    expect(await awaited.hindrance(id)).toMatchObject({
      kind: 'profile',
      code: 'MTS-IDA-102',
      nextTryAt: expect.any(Date),
    });
  });
});

async function outageBegins(preflights: 'succeed' | 'fail'): Promise<void> {
  await fixture.seederLives(randomUUID());
  await profile.hold('record', 'MTS-IDA-102', 'all');
  await profile.savePreflight({
    ok: preflights === 'succeed',
    code: null,
    reason: null,
    checkedAt: await fixture.database.now(),
  });
  await fixture.database.query(`UPDATE ida_preflight SET checked_at = now() - interval '1 minute'`);
}

describe('an outage that preflights do not meet', () => {
  it('keeps nobody who comes from being taken in, and has a probe due for whom it may be', async () => {
    await outageBegins('succeed');
    expect(await awaited.hindrance()).toBeUndefined();
    expect(await profile.takeProbe()).toBeUndefined();
    const id = await submit();
    expect(await awaited.hindrance(id)).toBeUndefined();
    expect(await profile.takeProbe()).toMatchObject({ attempts: 1 });
  });

  it('hinders whoever has waited in vain for 20 seconds, and whoever comes while preflights fail', async () => {
    await outageBegins('succeed');
    const id = await submit();
    await fixture.database.query(`UPDATE request SET created_at = now() - interval '21 seconds'`);
    expect(await awaited.hindrance(id)).toMatchObject({ kind: 'profile', nextTryAt: expect.any(Date) });
    await outageBegins('fail');
    expect(await awaited.hindrance()).toMatchObject({ kind: 'profile' });
  });

  it('says nothing of a hold that waits for a preflight', async () => {
    await outageBegins('succeed');
    await profile.lift();
    await profile.hold('preflight', 'IDA-MPA-009', 'all');
    expect(await awaited.hindrance()).toMatchObject({ kind: 'profile', code: 'IDA-MPA-009' });
  });
});

describe('a request is withdrawn', () => {
  it('as long as nobody has taken it, and leaves nothing', async () => {
    const id = await submit();
    expect([await awaited.withdraw(id), await rows()]).toEqual([true, 0]);
    expect([await awaited.withdraw(id), await awaited.standing(id)]).toEqual([false, undefined]);
    expect(await fixture.ranges.take(id, 0)).toBeUndefined();
  });

  it('when it was handed back unasked', async () => {
    const id = await submit();
    const lease = await sent(id);
    await fixture.ranges.mark(lease, [1], 'not asked');
    expect(await awaited.withdraw(id)).toBe(false);
    await fixture.ranges.finish(lease);
    expect([await awaited.withdraw(id), await rows()]).toEqual([true, 0]);
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['while it is worked on', async (id) => fixture.ranges.take(id, 0)],
    [
      'when it was sent and nobody knows the answer',
      async (id) => {
        await sent(id);
        await fixture.letLeasesExpire();
      },
    ],
    [
      'when it has ended',
      async (id) => {
        const lease = await sent(id);
        await fixture.saveOutcomes(lease, [outcome(1)]);
        await fixture.ranges.finish(lease);
      },
    ],
  ])('but not %s', async (_when, work) => {
    const id = await submit();
    await work(id);
    expect([await awaited.withdraw(id), await rows()]).toEqual([false, 3]);
  });

  it('or taken, and never both', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = await submit();
      const [withdrawn, lease] = await Promise.all([awaited.withdraw(id), fixture.ranges.take(id, 0)]);
      expect(withdrawn).toBe(lease === undefined);
    }
  });
});
