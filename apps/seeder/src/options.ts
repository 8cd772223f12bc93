import { type Config, type Environment, readConfig } from '@mts/platform';

const NAMES = [
  'databaseUrl',
  'databaseSchema',
  'queueSchema',
  'databaseConnectionsMax',
  'logLevel',
  'runtime',
  'kekProvider',
  'kekFile',
  'kekDirectory',
  'idaAuthUrl',
  'idaPartnerId',
  'idaApiKey',
  'idaMispLicenceKey',
  'idaPartnerP12File',
  'idaPartnerP12Password',
  'idaCertificateFile',
  'idaSignCertificateFile',
  'idaDomainUri',
  'idaEnvironment',
  'idaConnectTimeoutMs',
  'idaAnswerTimeoutMs',
  'idaInFlightMax',
  'idaRatePerSecondMax',
  'idaPreflightIntervalSeconds',
  'uinLengthDigits',
  'rangesAtOnceMax',
  'requestAgeHoursMax',
  'uploadAgeMinutesMax',
] as const;

export type SeederConfig = Config<(typeof NAMES)[number]>;

export function readSeederConfig(environment: Environment): SeederConfig {
  return readConfig(NAMES, environment);
}
