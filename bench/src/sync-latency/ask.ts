import { readFile } from 'node:fs/promises';

import { readCertificate } from '@mts/crypto';
import { IdaClient, openPartnerKey } from '@mts/ida-client';

import { atEnd } from '../frame/at-end.js';
import type { AskedRow } from '../ida-simulator/rows.js';
import type { System } from '../system/system.js';

/** Asks about one person. @returns the Token ID, or the code of the first error */
export type Ask = (asked: AskedRow) => Promise<string>;

const LANGUAGE = 'eng';

const inLanguage = (value: string) => [{ language: LANGUAGE, value }];

/** Asks IDA itself, with the client that the seeder has: less than this no way through us can take. */
export async function askDirectly({ authUrl, keys }: System): Promise<Ask> {
  const { relyingParty, partnerP12, idaPartnerCertificate } = keys;
  const partnerKey = await openPartnerKey({ file: partnerP12, password: relyingParty.p12Password });
  const client = new IdaClient({
    authUrl,
    partnerId: relyingParty.partnerId,
    apiKey: relyingParty.apiKey,
    mispLicenceKey: relyingParty.mispLicenceKey,
    domainUri: relyingParty.domainUri,
    partnerKey,
    idaCertificate: readCertificate(await readFile(idaPartnerCertificate)),
  });
  atEnd(async () => client.close());
  return async ({ row }) => {
    const { vid = '', name = '', gender = '', dob = '', fullAddress = '' } = row;
    const outcome = await client.authenticate({
      individualId: vid,
      demographics: {
        name: inLanguage(name),
        gender: inLanguage(gender),
        dob: dob.replaceAll('-', '/'),
        fullAddress: inLanguage(fullAddress),
      },
    });
    return outcome.kind === 'matched' ? outcome.token : (outcome.errors[0]?.code ?? '');
  };
}

/** Asks through the gateway, over a connection that is kept. */
export function askThroughUs({ gatewayUrl }: System): Ask {
  return async ({ row }) => {
    const { vid, name, gender, dob, fullAddress } = row;
    const answer = await fetch(`${gatewayUrl}/authtoken/json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: '',
        version: '',
        metadata: '',
        requesttime: new Date().toISOString(),
        request: { lang: LANGUAGE, authdata: { vid, name, gender, dob, fullAddress } },
      }),
    });
    const { errors, response } = (await answer.json()) as {
      errors: readonly { errorCode: string }[] | null;
      response: { authToken?: string } | null;
    };
    return response?.authToken ?? errors?.[0]?.errorCode ?? '';
  };
}
