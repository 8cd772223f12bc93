import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { detachedJws, headerOf, sealed } from '../test/envelope.js';
import { openP12 } from '../test/p12.js';
import type { AnswerJson } from '../test/vector-ida.js';
import { provision, startSimulator, writePeople, type ProfileName, type Provisioned } from './index.js';
import { makePeople } from './people/people.js';
import type { Row } from './people/row.js';

/** Asks about a row as a relying party would that knows nothing but the files that `provision` made. */
type Ask = (row: Row) => Promise<AnswerJson>;

async function start(
  count: number,
  version?: ProfileName,
): Promise<{ readonly url: string; readonly ask: Ask }> {
  const directory = await mkdtemp(join(tmpdir(), 'simulator-'));
  const dir = join(directory, 'pki');
  const provisioned = await provision(dir);
  const { population } = await writePeople({ count, seed: 11, directory });
  const simulator = await startSimulator({ dir, population, port: 0, ...(version && { version }) });
  onTestFinished(async () => {
    await simulator.close();
    await rm(directory, { recursive: true });
  });
  return { url: simulator.url, ask: await relyingParty(provisioned, simulator.url) };
}

async function relyingParty(provisioned: Provisioned, url: string): Promise<Ask> {
  const { relyingParty: party, partnerP12, idaPartnerCertificate } = provisioned;
  const { certificate, privateKey } = openP12(await readFile(partnerP12), party.p12Password);
  const ida = new X509Certificate(await readFile(idaPartnerCertificate));
  const path = `/idauthentication/v1/auth/${party.mispLicenceKey}/${party.partnerId}/${party.apiKey}`;
  return async (row) => {
    const body = JSON.stringify(message(row, ida, party.domainUri));
    const signature = detachedJws(headerOf(certificate), body, privateKey);
    const headers = { authorization: 'Authorization', signature };
    return (await (await fetch(url + path, { method: 'POST', headers, body })).json()) as AnswerJson;
  };
}

function message(row: Row, ida: X509Certificate, domainUri: string): object {
  const time = new Date().toISOString();
  const demographics = {
    name: eng(row.name),
    gender: eng(row.gender),
    dob: row.dob.replaceAll('-', '/'),
    phoneNumber: row.phoneNumber,
    emailId: row.emailId,
    fullAddress: eng(row.fullAddress),
  };
  return {
    id: 'mosip.identity.auth',
    version: '1.0',
    individualId: row.vid,
    transactionID: '1234567890',
    requestTime: time,
    domainUri,
    consentObtained: true,
    requestedAuth: { demo: true },
    ...sealed(JSON.stringify({ timestamp: time, demographics, biometrics: [] }), ida),
  };
}

function eng(value: string): unknown {
  return [{ language: 'eng', value }];
}

it.each<[number, ProfileName | undefined]>([
  [300, undefined],
  [100, '1.1.5'],
  [100, '1.2.0'],
  [100, '1.2.1'],
  [100, '1.3.0'],
])(
  'a relying party with the provisioned files gets what a list of %d expects, of IDA %s',
  async (count, version) => {
    const { ask } = await start(count, version);
    const made = [...makePeople({ count, seed: 11, partnerId: 'mts-sample-rp' })];
    for (const { row, expected } of made.filter((each) => each.expected.status !== 'invalid')) {
      const { errors, response } = await ask(row);
      const [first, ...more] = (errors ?? []).map(({ errorCode }) => errorCode);
      const seen = response.authStatus
        ? { status: 'processed', token: response.authToken }
        : { status: 'error', errorCode: more.length > 0 ? 'ATS-REQ-103' : first };
      expect(seen).toEqual(expected);
    }
  },
);

it('the simulator listens on the loopback interface alone', async () => {
  const { url } = await start(1);
  expect(new URL(url).hostname).toBe('127.0.0.1');
});
