import { IdaClient } from '@mts/ida-client';
import type { Logger } from '@mts/platform';

import type { SeederConfig } from '../options.js';
import { answerPin, idaCertificate, partnerKey } from './keys.js';

/** The client of IDA, with its keys and certificates from where the configuration says. @throws ConfigError */
export async function openIdaClient(config: SeederConfig, logger: Logger): Promise<IdaClient> {
  const { idaSignCertificateFile: pin, idaIndividualIdType: individualIdType } = config;
  return new IdaClient({
    profile: config.idaVersion,
    authUrl: config.idaAuthUrl,
    partnerId: config.idaPartnerId,
    apiKey: config.idaApiKey,
    mispLicenceKey: config.idaMispLicenceKey,
    partnerKey: await partnerKey(config, logger),
    idaCertificate: await idaCertificate(config, logger),
    ...(pin === undefined ? {} : { answerPins: [await answerPin(pin)] }),
    ...(config.idaDomainUri === undefined ? {} : { domainUri: config.idaDomainUri }),
    ...(config.idaEnvironment === undefined ? {} : { env: config.idaEnvironment }),
    ...(individualIdType === undefined ? {} : { individualIdType }),
    connectTimeoutMs: config.idaConnectTimeoutMs,
    answerTimeoutMs: config.idaAnswerTimeoutMs,
    connections: config.idaInFlightMax,
    // Of the kind that is asked about: a country may take no other.
    preflight: {
      idType: individualIdType ?? 'UIN',
      idLength: individualIdType === 'VID' ? config.vidLengthDigits : config.uinLengthDigits,
    },
  });
}
