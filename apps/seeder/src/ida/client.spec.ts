import { createLogger } from '@mts/platform';
import { IDA_VECTOR_PASSWORD, idaVectorPath } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { readSeederConfig } from '../options.js';
import { StubIda } from '../spec-support/stub-ida.js';
import { openIdaClient } from './client.js';

let ida: StubIda;
beforeEach(async () => {
  ida = await StubIda.start();
});
afterEach(async () => ida.close());

/** What a preflight sends with these options. */
async function preflightBody(options: Readonly<Record<string, string>>): Promise<StubIda['lastBody']> {
  const config = readSeederConfig({
    DATABASE_URL: 'postgres://db/mts',
    MTS_IDA_AUTH_URL: ida.url,
    MTS_IDA_PARTNER_ID: 'test-partner-01',
    MTS_IDA_API_KEY: 'TEST_API_KEY_0001',
    MTS_IDA_MISP_LICENCE_KEY: 'TEST_MISP_LK_0001',
    MTS_IDA_PARTNER_P12_FILE: idaVectorPath('keys/partner-modern-aes256.p12'),
    MTS_IDA_PARTNER_P12_PASSWORD: IDA_VECTOR_PASSWORD,
    MTS_IDA_CERTIFICATE_FILE: idaVectorPath('keys/ida-partner.crt.pem'),
    MTS_IDA_RATE_PER_SECOND_MAX: 'none',
    ...options,
  });
  const client = await openIdaClient(config, createLogger({ app: 'spec', level: 'error' }));
  expect(await client.preflight()).toEqual({ ok: true });
  await client.close();
  return ida.lastBody;
}

it('speaks to IDA 1.2.0.1 unless another version is named, and then to that one', async () => {
  expect(await preflightBody({})).not.toHaveProperty('requestedAuth');
  expect(await preflightBody({ MTS_IDA_VERSION: '1.1.5' })).toHaveProperty('requestedAuth');
});

it.each([
  [{}, 'UIN', 10],
  [{ MTS_UIN_LENGTH_DIGITS: '12' }, 'UIN', 12],
  [{ MTS_IDA_INDIVIDUAL_ID_TYPE: 'VID' }, 'VID', 16],
  [{ MTS_IDA_INDIVIDUAL_ID_TYPE: 'NIN', MTS_UIN_LENGTH_DIGITS: '9' }, 'NIN', 9],
])('with %o proves the set-up with an impossible %s of %i digits', async (options, kind, lengthDigits) => {
  const body = await preflightBody(options);
  expect(body?.individualIdType).toBe(kind);
  expect(body?.individualId).toMatch(new RegExp(`^\\d{${String(lengthDigits)}}$`));
});
