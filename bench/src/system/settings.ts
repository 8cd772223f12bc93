import { join } from 'node:path';

import type { Provisioned } from '@mts/ida-simulator';

/** What the apps are told: as they are by default, but with no limit of what is asked and called. */
export function settingsOf(
  directory: string,
  authUrl: string,
  { relyingParty, partnerP12, idaPartnerCertificate }: Provisioned,
): NodeJS.ProcessEnv {
  return {
    MTS_KEK_FILE: join(directory, 'kek'),
    MTS_GATEWAY_PORT: '0',
    MTS_LOG_LEVEL: 'warn',
    MTS_IDA_AUTH_URL: authUrl,
    MTS_IDA_PARTNER_ID: relyingParty.partnerId,
    MTS_IDA_API_KEY: relyingParty.apiKey,
    MTS_IDA_MISP_LICENCE_KEY: relyingParty.mispLicenceKey,
    MTS_IDA_PARTNER_P12_FILE: partnerP12,
    MTS_IDA_PARTNER_P12_PASSWORD: relyingParty.p12Password,
    MTS_IDA_CERTIFICATE_FILE: idaPartnerCertificate,
    MTS_IDA_DOMAIN_URI: relyingParty.domainUri,
    MTS_IDA_RATE_PER_SECOND_MAX: 'none',
    MTS_CALLS_PER_MINUTE_MAX: '1000000',
  };
}
