import { readFile } from 'node:fs/promises';

import { readCertificate, readPkcs12 } from '@mts/crypto';
import { IdaClient } from '@mts/ida-client';
import { ConfigError } from '@mts/platform';

import type { SeederConfig } from './options.js';

/** The client of IDA, with its keys and certificates from the mounted files. @throws ConfigError, or an error of libs/crypto that names what is wrong with a file. */
export async function openIdaClient(config: SeederConfig): Promise<IdaClient> {
  const pin = config.idaSignCertificateFile;
  return new IdaClient({
    authUrl: config.idaAuthUrl,
    partnerId: config.idaPartnerId,
    apiKey: config.idaApiKey,
    mispLicenceKey: config.idaMispLicenceKey,
    partnerKey: readPkcs12(
      await mounted('MTS_IDA_PARTNER_P12_FILE', config.idaPartnerP12File),
      config.idaPartnerP12Password,
    ),
    idaCertificate: readCertificate(await mounted('MTS_IDA_CERTIFICATE_FILE', config.idaCertificateFile)),
    ...(pin === undefined
      ? {}
      : { answerPins: [readCertificate(await mounted('MTS_IDA_SIGN_CERTIFICATE_FILE', pin))] }),
    ...(config.idaDomainUri === undefined ? {} : { domainUri: config.idaDomainUri }),
    ...(config.idaEnvironment === undefined ? {} : { env: config.idaEnvironment }),
    connectTimeoutMs: config.idaConnectTimeoutMs,
    answerTimeoutMs: config.idaAnswerTimeoutMs,
    connections: config.idaInFlightMax,
    preflight: { idLength: config.uinLengthDigits },
  });
}

async function mounted(variable: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ConfigError(
      `${variable} names ${path}, which cannot be read: mount the file or correct the path.`,
      { cause: error },
    );
  }
}
