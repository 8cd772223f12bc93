import { AUTH_FIELDS, type AuthField } from '@mts/domain';
import type { RecordRuleSettings } from '@mts/inputs';
import { type Config, type Environment, readConfig } from '@mts/platform';

const NAMES = [
  'databaseUrl',
  'databaseSchema',
  'queueSchema',
  'databaseConnectionsMax',
  'logLevel',
  'runtime',
  'requestAgeHoursMax',
  'inputKept',
  'kekProvider',
  'kekFile',
  'kekFilesFormer',
  'kekDirectory',
  'gatewayHost',
  'gatewayPort',
  'callerModes',
  'trustedNetworks',
  'trustedProxies',
  'corsOrigins',
  'callsPerMinuteMax',
  'uploadsPerCallerMax',
  'syncWaitingPerCallerMax',
  'syncWaitSecondsMax',
  'syncWaitingMax',
  'eventStreamsPerCallerMax',
  'refusalsPerMinuteMax',
  'oidcIssuer',
  'oidcAudience',
  'oidcAlgorithms',
  'oidcRolesClaim',
  'oidcRolePrefix',
  'oidcClockToleranceSeconds',
  'eraseGraceMinutes',
  'outboundAllowed',
  'jsonBodySizeBytesMax',
  'csvFileSizeBytesMax',
  'uploadsMax',
  'mandatoryFields',
  'languages',
  'individualIdCheck',
  'uinLengthDigits',
  'vidLengthDigits',
  'genderCheck',
  'genderValues',
  'dobCheck',
  'nameDelimiter',
  'addressDelimiter',
] as const;

export type GatewayConfig = Config<(typeof NAMES)[number]>;

export function readGatewayConfig(environment: Environment): GatewayConfig {
  return readConfig(NAMES, environment);
}

/** What a record must hold, as configured. */
export function recordRulesOf(config: GatewayConfig): RecordRuleSettings {
  return {
    mandatoryFields: config.mandatoryFields.filter(isAuthField),
    idCheck: config.individualIdCheck,
    idLengths: { UIN: config.uinLengthDigits, VID: config.vidLengthDigits },
    genderCheck: config.genderCheck,
    genderValues: config.genderValues.length === 0 ? undefined : config.genderValues,
    dobCheck: config.dobCheck,
  };
}

function isAuthField(name: string): name is AuthField {
  return (AUTH_FIELDS as readonly string[]).includes(name);
}
