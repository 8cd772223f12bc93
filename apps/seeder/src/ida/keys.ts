import { readFile } from 'node:fs/promises';
import type { X509Certificate } from 'node:crypto';

import { readCertificate } from '@mts/crypto';
import {
  type IdaCertificateSource,
  KeySourceError,
  openIdaCertificate,
  openPartnerKey,
  type PartnerKeySource,
} from '@mts/ida-client';
import { ConfigError, type Logger } from '@mts/platform';

import type { SeederConfig } from '../options.js';
import { LateCertificate } from './late-certificate.js';

const LOOK_EVERY_MS = 5_000;

type PartnerKeyConfig = Pick<SeederConfig, 'idaPartnerP12File' | 'idaPartnerP12Password'>;

/** The relying party's key; a file that is replaced while the seeder runs is taken up. @throws ConfigError */
export async function partnerKey(
  config: PartnerKeyConfig,
  logger: Logger,
  lookEveryMs = LOOK_EVERY_MS,
): Promise<PartnerKeySource> {
  const opening = openPartnerKey({
    file: config.idaPartnerP12File,
    password: config.idaPartnerP12Password,
    lookEveryMs,
    onProblem: ({ message }) =>
      logger.warn('the new partner key cannot be used, the old one stays', { reason: message }),
    onRenewed: ({ certificate }) =>
      logger.info('another partner key is in use from now on', validityOf(certificate)),
  });
  return opening.catch((error: unknown) => refuseStart('MTS_IDA_PARTNER_P12_FILE', error));
}

/**
 * IDA's certificate. A wrong file stops the start; an address that gives none does not, for it may be silent as IDA
 * itself may be. @throws ConfigError
 */
export async function idaCertificate(config: SeederConfig, logger: Logger): Promise<IdaCertificateSource> {
  const { idaCertificateFile: file, idaCertificateUrl: url } = config;
  const open = async (): Promise<IdaCertificateSource> =>
    openIdaCertificate({
      ...(file === undefined ? {} : { file }),
      ...(url === undefined ? {} : { url }),
      timeoutMs: config.idaAnswerTimeoutMs,
      onProblem: ({ message }) =>
        logger.warn('the certificate of IDA cannot be had again, the old one stays', { reason: message }),
      onRenewed: (certificate) =>
        logger.info('another certificate of IDA is in use from now on', validityOf(certificate)),
    });
  // That one of them is given readConfig has seen to.
  if (file === undefined) return new LateCertificate(open);
  return open().catch((error: unknown) => refuseStart('MTS_IDA_CERTIFICATE_FILE', error));
}

/** The certificate, or root, that answers must be signed by. @throws ConfigError */
export async function answerPin(file: string): Promise<X509Certificate> {
  try {
    return readCertificate(await readFile(file));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be understood';
    throw new ConfigError(
      `MTS_IDA_SIGN_CERTIFICATE_FILE names a file that is of no use: ${file}: ${reason}.`,
      { cause: error },
    );
  }
}

function refuseStart(variable: string, error: unknown): never {
  if (!(error instanceof KeySourceError)) throw error;
  throw new ConfigError(`${variable} names a file that is of no use: ${error.message}.`);
}

/** What tells one certificate from another in a log. */
function validityOf({ fingerprint256, validFrom, validTo }: X509Certificate): Record<string, string> {
  return { fingerprint256, validFrom, validTo };
}
