import { readFileSync } from 'node:fs';

import { readCertificate, readPkcs12 } from '@mts/crypto';
import { IdaClient } from '@mts/ida-client';
import { IDA_VECTOR_PASSWORD, idaVectorPath } from '@mts/testing';
import { expect, it, onTestFinished } from 'vitest';

import { person } from '../system/people.js';
import { FIGURES_PATH, startStub, type StubFigures } from './stub.js';

async function started(): Promise<{ client: IdaClient; figures: () => Promise<StubFigures> }> {
  const { url, close } = await startStub(0);
  onTestFinished(close);
  const client = new IdaClient({
    authUrl: `${url}/idauthentication/v1/auth`,
    partnerId: 'test-partner-01',
    apiKey: 'TEST_API_KEY_0001',
    mispLicenceKey: 'TEST_MISP_LK_0001',
    partnerKey: readPkcs12(
      readFileSync(idaVectorPath('keys/partner-modern-aes256.p12')),
      IDA_VECTOR_PASSWORD,
    ),
    idaCertificate: readCertificate(readFileSync(idaVectorPath('keys/ida-partner.crt.pem'))),
  });
  onTestFinished(async () => client.close());
  const figures = async (): Promise<StubFigures> =>
    (await (await fetch(`${url}${FIGURES_PATH}`)).json()) as StubFigures;
  return { client, figures };
}

it('answers each of many calls at once with the token of its own person', async () => {
  const { client, figures } = await started();
  const people = Array.from({ length: 50 }, (_, index) => person(index).vid);
  const outcomes = await Promise.all(
    people.map(async (individualId) => client.authenticate({ individualId })),
  );
  expect(outcomes).toEqual(people.map((vid) => ({ kind: 'matched', token: vid.padStart(36, '1') })));
  expect(await figures()).toMatchObject({ answered: 50 });
});

it('answers a preflight as IDA does, and does not count it', async () => {
  const { client, figures } = await started();
  expect(await client.preflight()).toEqual({ ok: true });
  expect(await figures()).toEqual({ answered: 0, firstAtMs: 0, lastAtMs: 0 });
});
