import { IdaFault } from '@mts/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openDesk, type ProfileDesk, REFUSED, SILENT } from '../spec-support/profile-desk.js';
import type { Bench } from '../spec-support/running-seeder.js';

let bench: Bench;
let desk: ProfileDesk;
let id: string;
beforeEach(async () => {
  ({ bench, desk, id } = await openDesk());
});
afterEach(async () => bench.close());

describe('a request that is held', () => {
  it('has a line in the log that tells why, also where that begins with a hold of everybody', async () => {
    const other = await bench.submit(['2001']);
    const why = { code: SILENT.code, reason: expect.stringContaining(SILENT.message) as string };
    const begun = (): unknown[] =>
      desk.logLines
        .map((line) => JSON.parse(line) as Record<string, string>)
        .filter(({ msg }) => msg?.startsWith('the request is held'));
    await desk.fail(id, id, id);
    expect(begun()).toMatchObject([{ requestId: id, ...why }]);
    desk.logLines = [];
    await desk.fail(other, other, other);
    expect(begun()).toMatchObject([{ requestId: other, ...why }]);
  });

  it('beside everybody says why in the words of IDA, and nothing that ends with that hold', async () => {
    const message = 'IDA: Request could not be processed. Please try again';
    const stumbled = new IdaFault('transient', 'record', 'unknown', 'IDA-MLC-007', message);
    const other = await bench.submit(['2001']);
    await desk.meetAgain(stumbled, id, other, id);
    expect(await bench.profile.lift()).toBe(true);
    const [{ reason } = { reason: '' }] = await bench.profile.holdsOf(id);
    expect(reason).toContain('(IDA: "Request could not be processed. Please try again")');
    expect(reason).toContain('goes on by itself');
    expect(reason).not.toMatch(/that hold|asked once more/);
  });

  it('for what its own records met has such a line too', async () => {
    await desk.meet(REFUSED, id, id, id);
    expect(desk.logLines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
      expect.objectContaining({
        msg: 'the request is held',
        requestId: id,
        code: REFUSED.code,
        reason: expect.stringContaining(REFUSED.message) as string,
      }),
    );
  });
});
