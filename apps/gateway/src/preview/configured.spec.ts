import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { GatewayFixture, vidOf } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start({
    env: {
      MTS_NAME_DELIMITER: '-',
      // Quotes keep blanks.
      TOKENSEEDER_ROOT__FULL_ADDRESS_DELIMITER: '" / "',
      MTS_MANDATORY_FIELDS: 'phoneNumber',
      MTS_LANGUAGES: 'fra,ara',
    },
  });
});
afterAll(async () => gateway.stop());

interface Previewed {
  readonly sent: unknown;
  readonly refused: { readonly errorCode: string } | null;
}

async function preview(record: object, wish: object = {}): Promise<supertest.Response> {
  return supertest(gateway.url)
    .post('/authtoken/preview')
    .send({ request: { authdata: [record], ...wish } });
}

async function previewed(record: object, wish: object = {}): Promise<Previewed | undefined> {
  const { body } = await preview(record, wish);
  return (body as { response: { records: readonly Previewed[] } }).response.records[0];
}

const ANA = { vid: vidOf(1), phoneNumber: '+212600000000' };

describe('what the operator has configured', () => {
  it('joins the parts of names and addresses, part by part in each of their languages', async () => {
    const record = {
      ...ANA,
      first: [
        { language: 'fra', value: 'Ana' },
        { language: 'ara', value: 'آنا' },
      ],
      last: [
        { language: 'fra', value: 'Lima' },
        { language: 'ara', value: 'ليما' },
      ],
      street: '12, rue du Lac',
      town: 'Kénitra',
    };
    const mapping = { name: ['first', 'last'], fullAddress: ['street', 'town'] };
    expect(await previewed(record, { mapping })).toMatchObject({
      sent: {
        demographics: {
          name: [
            { language: 'fra', value: 'Ana-Lima' },
            { language: 'ara', value: 'آنا-ليما' },
          ],
          fullAddress: [{ language: 'fra', value: '12, rue du Lac / Kénitra' }],
        },
      },
    });
  });

  it('says which fields every record must have', async () => {
    expect(await previewed(ANA)).toMatchObject({ refused: null, sent: { individualId: vidOf(1) } });
    const { phoneNumber: _phoneNumber, ...without } = ANA;
    expect(await previewed({ ...without, name: 'Ana' })).toMatchObject({
      refused: { errorCode: 'ATS-REQ-013' },
    });
  });

  it('says which languages there are', async () => {
    expect(await previewed({ ...ANA, name: 'Ana' }, { lang: 'ara' })).toMatchObject({
      sent: { demographics: { name: [{ language: 'ara', value: 'Ana' }] } },
    });
    const { status, body } = await preview(ANA, { lang: 'eng' });
    expect([status, body]).toMatchObject([
      400,
      {
        errors: [
          {
            errorCode: 'ATS-REQ-102',
            errorMessage: 'invalid input. request.lang: one of fra, ara is expected',
          },
        ],
      },
    ]);
  });
});

it("shows the caller's own ids of records where there are some", async () => {
  const { body } = await preview(
    { ...ANA, case: 'A 7' },
    { output: 'csv', mapping: { referenceId: 'case' } },
  );
  expect(body).toMatchObject({
    response: {
      whenMatched: { file: expect.stringMatching(/^vid,.*,errorMessage,referenceId\r\n.*,A 7\r\n$/) },
    },
  });
});
