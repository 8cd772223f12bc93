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
  'kekFilesFormer',
  'kekDirectory',
  'idaVersion',
  'idaAuthUrl',
  'idaPartnerId',
  'idaApiKey',
  'idaMispLicenceKey',
  'idaPartnerP12File',
  'idaPartnerP12Password',
  'idaCertificateFile',
  'idaCertificateUrl',
  'idaSignCertificateFile',
  'idaDomainUri',
  'idaEnvironment',
  'idaIndividualIdType',
  'idaConnectTimeoutMs',
  'idaAnswerTimeoutMs',
  'idaInFlightMax',
  'idaInFlightMaxAll',
  'idaRatePerSecondMax',
  'idaPreflightIntervalSeconds',
  'uinLengthDigits',
  'vidLengthDigits',
  'outboundAllowed',
  'rangesAtOnceMax',
  'deliveriesAtOnceMax',
  'callbackAgeHoursMax',
  'pullsAtOnceMax',
  'pullAgeHoursMax',
  'pullRecordsMax',
  'requestAgeHoursMax',
  'uploadAgeMinutesMax',
] as const;

export type SeederConfig = Config<(typeof NAMES)[number]>;

export function readSeederConfig(environment: Environment): SeederConfig {
  return readConfig(NAMES, environment);
}
