import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { AwaitedSeeder } from '../spec-support/awaited-seeder.js';
import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

const VALUES_MAX = 5000;
const TRANSACTION_ID = 'A1b2C3d4E5';

let gateway: GatewayFixture;
let seeder: AwaitedSeeder;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
  seeder = await AwaitedSeeder.start(gateway, () => ({ token: '1234567890' }));
});
afterAll(async () => {
  await seeder.stop();
  await gateway.stop();
});
afterEach(async () => {
  seeder.asked.splice(0);
  await gateway.database.query('TRUNCATE request, record CASCADE');
});

async function ask(body: object): Promise<unknown> {
  const answer = await supertest(gateway.url).post('/authtoken/json').send(body);
  const { errors } = answer.body as { errors: readonly { errorCode: string; errorMessage: string }[] | null };
  return [answer.status, errors?.map(({ errorCode, errorMessage }) => `${errorCode} ${errorMessage}`)];
}

function fields(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`field ${String(n)}`, 'some text']));
}

/** A person who has so many fields in all. */
const withFields = (count: number) => ({ ...fields(count - Object.keys(person(1)).length), ...person(1) });
const biometrics = (sizeBytes: number) => [{ data: 'x'.repeat(sizeBytes) }];

const REFUSED = {
  fields: [
    400,
    [
      'ATS-REQ-102 invalid input. request.authdata: one person has at most 5000 values, those within others included; leave out what the mapping does not name',
    ],
  ],
  envelope: [
    400,
    [
      'ATS-REQ-102 invalid input. request: beside authdata there are at most 5000 values, those within others included; leave out what /docs does not describe',
    ],
  ],
  bytes: [
    413,
    [
      'MTS-REQ-003 the body is larger than 5000000 bytes; one person takes no more: leave out what IDA is not to be asked with',
    ],
  ],
};

describe('one person whose answer is waited for', () => {
  it.each([
    ['as many values as are taken', { authdata: withFields(VALUES_MAX) }],
    [
      'biometrics of some MB',
      { biometrics: biometrics(4_900_000), transactionID: TRANSACTION_ID, authdata: person(1) },
    ],
  ])('is asked about with %s', async (_what, request) => {
    expect(await ask(requestBody(request))).toEqual([200, undefined]);
    expect(seeder.asked).toHaveLength(1);
  });

  it.each([
    ['one value more', { authdata: withFields(VALUES_MAX + 1) }, REFUSED.fields],
    [
      'more of them in one field',
      { authdata: { ...person(1), x: [Array.from({ length: VALUES_MAX }, () => 1)] } },
      REFUSED.fields,
    ],
    ['ever so many of them', { authdata: withFields(100_000) }, REFUSED.fields],
    [
      'as many beside the person',
      { transactionID: TRANSACTION_ID, biometrics: [fields(VALUES_MAX)], authdata: person(1) },
      REFUSED.envelope,
    ],
    [
      'more than some MB',
      { biometrics: biometrics(5_000_000), transactionID: TRANSACTION_ID, authdata: person(1) },
      REFUSED.bytes,
    ],
  ])('is refused with %s: nobody is asked, and nothing is kept', async (_what, request, refused) => {
    expect(await ask(requestBody(request))).toEqual(refused);
    expect(seeder.asked).toEqual([]);
    expect(await gateway.rowCounts()).toEqual({ requests: 0, records: 0 });
  });
});

describe('a list', () => {
  it('may hold far more than one person', async () => {
    const authdata = [withFields(VALUES_MAX + 1), { ...person(2), x: 'x'.repeat(6_000_000) }];
    expect(await ask(requestBody({ ...DOWNLOAD, authdata }))).toEqual([200, undefined]);
  });

  it('may not have as much beside it, and nothing of it is kept then', async () => {
    const metadata = fields(VALUES_MAX);
    expect(await ask({ ...requestBody({ ...DOWNLOAD, authdata: [person(1)] }), metadata })).toEqual(
      REFUSED.envelope,
    );
    expect(await gateway.rowCounts()).toEqual({ requests: 0, records: 0 });
  });
});
