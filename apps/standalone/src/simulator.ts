import { fileURLToPath } from 'node:url';

import { provision } from '@mts/ida-simulator';
import { OPTIONS } from '@mts/platform';

import { isGiven } from './configuration.js';

/** The sample that comes with the simulator: a list to hand in, the people it knows, and what must come out. */
export const SAMPLE = {
  list: sampleFile('people.csv'),
  population: sampleFile('population.ndjson'),
  expected: sampleFile('expected.csv'),
} as const;

/** Where IDA's auth service lies on a server. */
const AUTH_PATH = '/idauthentication/v1/auth';

/** Where its certificate for relying parties lies. */
const CERTIFICATE_PATH = '/mosip-certs/ida-partner.cer';

/**
 * The seeder's options for the simulator that listens at `url` with the keys of this folder. Its calls are not limited,
 * unless the environment says how: nobody is texted.
 */
export async function simulatedIda(
  environment: NodeJS.ProcessEnv,
  folder: string,
  url: string,
): Promise<NodeJS.ProcessEnv> {
  const { relyingParty, partnerP12, idaPartnerCertificate, idaSignCertificate } = await provision(folder);
  return {
    MTS_IDA_AUTH_URL: `${url}${AUTH_PATH}`,
    MTS_IDA_PARTNER_ID: relyingParty.partnerId,
    MTS_IDA_API_KEY: relyingParty.apiKey,
    MTS_IDA_MISP_LICENCE_KEY: relyingParty.mispLicenceKey,
    MTS_IDA_PARTNER_P12_FILE: partnerP12,
    MTS_IDA_PARTNER_P12_PASSWORD: relyingParty.p12Password,
    MTS_IDA_CERTIFICATE_FILE: idaPartnerCertificate,
    MTS_IDA_CERTIFICATE_URL: `${url}${CERTIFICATE_PATH}`,
    MTS_IDA_SIGN_CERTIFICATE_FILE: idaSignCertificate,
    MTS_IDA_DOMAIN_URI: relyingParty.domainUri,
    ...(isGiven(OPTIONS.idaRatePerSecondMax, environment) ? {} : { MTS_IDA_RATE_PER_SECOND_MAX: 'none' }),
  };
}

function sampleFile(name: string): string {
  return fileURLToPath(new URL(`sample/${name}`, import.meta.resolve('@mts/ida-simulator/package.json')));
}
