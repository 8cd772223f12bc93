import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { IdaEnvelope, readPkcs12, RequestSigner } from '@mts/crypto';
import type { Provisioned } from '@mts/ida-simulator';
import { Pool } from 'undici';

import type { Person } from '../system/people.js';

/** What IDA said: as much as has to be read of it. */
interface Answer {
  readonly transactionID: string;
  readonly errors: readonly { readonly errorCode: string }[] | null;
  readonly response: { readonly authStatus: boolean; readonly authToken: string | null };
}

/** Asks IDA about a person. @returns the Token ID, or the code of the first error */
export type AskIda = (person: Person) => Promise<string>;

/**
 * What has to be done for each record and no more: the request is built, encrypted under a key of its own, signed and
 * posted, and the answer is read. No framework, database or queue, and nothing that keeps a person from being asked twice.
 */
export async function openAsker(
  authUrl: string,
  { relyingParty, partnerP12, idaPartnerCertificate }: Provisioned,
  connections: number,
): Promise<{ readonly ask: AskIda; readonly close: () => Promise<void> }> {
  const { origin, pathname } = new URL(authUrl);
  const { mispLicenceKey, partnerId, apiKey, domainUri } = relyingParty;
  const path = [pathname, mispLicenceKey, partnerId, apiKey].join('/');
  const envelope = new IdaEnvelope(new X509Certificate(await readFile(idaPartnerCertificate)));
  const signer = new RequestSigner(readPkcs12(await readFile(partnerP12), relyingParty.p12Password));
  const pool = new Pool(origin, { connections, pipelining: 1 });
  let asked = 0;
  const ask: AskIda = async (person) => {
    const transactionID = String((asked += 1)).padStart(10, '0');
    const time = new Date().toISOString();
    const sealed = envelope.seal(Buffer.from(JSON.stringify(inner(person, time))));
    const body = Buffer.from(
      JSON.stringify({
        id: 'mosip.identity.auth',
        version: '1.0',
        individualId: person.vid,
        transactionID,
        requestTime: time,
        specVersion: '1.0',
        domainUri,
        consentObtained: true,
        ...sealed,
        metadata: {},
      }),
    );
    const signature = await signer.sign(body);
    const headers = { 'content-type': 'application/json', authorization: 'Authorization', signature };
    const answer = await pool.request({ path, method: 'POST', headers, body });
    const said = (await answer.body.json()) as Answer;
    if (said.transactionID !== transactionID) throw new Error('This is the answer to another call.');
    return said.response.authToken ?? said.errors?.[0]?.errorCode ?? '';
  };
  return { ask, close: async () => pool.close() };
}

/** As the seeder maps a record by default: `RequestDTO` of id-authentication v1.2.0.1. */
function inner({ name, gender, dob, phoneNumber, emailId, fullAddress }: Person, timestamp: string): object {
  const demographics = {
    name: inEnglish(name.toLowerCase()),
    gender: inEnglish(gender.toLowerCase()),
    dob: dob.replaceAll('-', '/'),
    phoneNumber,
    emailId,
    fullAddress: inEnglish(fullAddress.toLowerCase()),
  };
  return { timestamp, demographics, biometrics: [] };
}

function inEnglish(value: string): readonly object[] {
  return [{ language: 'eng', value }];
}
