import { readFile } from 'node:fs/promises';

import { readCertificate, readPkcs12 } from '@mts/crypto';
import { IdaClient } from '@mts/ida-client';
import { ConfigError } from '@mts/platform';

import type { SeederConfig } from './options.js';

/** The client of IDA, with its keys and certificates from the mounted files. @throws ConfigError */
export async function openIdaClient(config: SeederConfig): Promise<IdaClient> {
  const pin = config.idaSignCertificateFile;
  return new IdaClient({
    authUrl: config.idaAuthUrl,
    partnerId: config.idaPartnerId,
    apiKey: config.idaApiKey,
    mispLicenceKey: config.idaMispLicenceKey,
    partnerKey: await mounted('MTS_IDA_PARTNER_P12_FILE', config.idaPartnerP12File, (file) =>
      readPkcs12(file, config.idaPartnerP12Password),
    ),
    idaCertificate: await mounted('MTS_IDA_CERTIFICATE_FILE', config.idaCertificateFile, readCertificate),
    ...(pin === undefined
      ? {}
      : { answerPins: [await mounted('MTS_IDA_SIGN_CERTIFICATE_FILE', pin, readCertificate)] }),
    ...(config.idaDomainUri === undefined ? {} : { domainUri: config.idaDomainUri }),
    ...(config.idaEnvironment === undefined ? {} : { env: config.idaEnvironment }),
    connectTimeoutMs: config.idaConnectTimeoutMs,
    answerTimeoutMs: config.idaAnswerTimeoutMs,
    connections: config.idaInFlightMax,
    preflight: { idLength: config.uinLengthDigits },
  });
}

/** Reads a mounted file; whatever is wrong with it is told with the variable that names it. @throws ConfigError */
async function mounted<T>(variable: string, path: string, read: (file: Buffer) => T): Promise<T> {
  let file: Buffer;
  try {
    file = await readFile(path);
  } catch (error) {
    throw new ConfigError(
      `${variable} names ${path}, which cannot be read: mount the file or correct the path.`,
      { cause: error },
    );
  }
  try {
    return read(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be understood';
    throw new ConfigError(`${variable} names ${path}, which does not serve: ${reason}.`, { cause: error });
  }
}
