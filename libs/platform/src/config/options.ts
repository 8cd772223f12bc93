import { AUTH_FIELDS } from '@mts/domain';

import { choice, directory, file, integer, type Kind, list, rate, schemaName, text, url } from './kinds.js';

/** The parts of the program that read an option. `launcher` is what `npm start` runs. */
export type Reader = 'gateway' | 'seeder' | 'scheduler' | 'launcher' | 'ida-simulator';

export interface Option<T> {
  readonly env: string;
  /** The original's name of the same option; ours wins where both are set. */
  readonly alias?: string;
  readonly kind: Kind<T>;
  /** Absent: the option must be given. */
  readonly fallback?: NoInfer<T>;
  /** May be left out; what the program does then is said in the meaning. */
  readonly mayBeAbsent?: 'may be absent';
  readonly unit?: string;
  readonly meaning: string;
  /** A secret is never shown, and can be given as a file: the same name with `_FILE` behind it. */
  readonly secret?: 'secret';
  readonly readers: readonly Reader[];
}

const option = <T>(definition: Option<T>): Option<T> => definition;
const mayBeAbsent = <T>(definition: Option<T>): Option<T | undefined> => ({
  ...definition,
  mayBeAbsent: 'may be absent',
});

const APPS = ['gateway', 'seeder', 'scheduler'] as const;
const RECORD_READERS = ['gateway'] as const;
const IDA_READERS = ['seeder'] as const;

/** Every option of the program. `docs/reference/configuration.md` is generated from here. */
export const OPTIONS = {
  databaseUrl: option({
    env: 'DATABASE_URL',
    kind: url('postgres:', 'postgresql:'),
    secret: 'secret',
    readers: [...APPS, 'launcher'],
    meaning: 'The PostgreSQL database. `npm start` brings a server of its own when it is not set.',
  }),
  databaseSchema: option({
    env: 'MTS_DATABASE_SCHEMA',
    kind: schemaName,
    fallback: 'mts',
    readers: [...APPS, 'launcher'],
    meaning: 'The schema that holds all tables of the token seeder.',
  }),
  queueSchema: option({
    env: 'MTS_QUEUE_SCHEMA',
    kind: schemaName,
    fallback: 'mts_queue',
    readers: [...APPS, 'launcher'],
    meaning: 'The schema that holds the queues (pg-boss).',
  }),
  databaseConnectionsMax: option({
    env: 'MTS_DATABASE_CONNECTIONS_MAX',
    kind: integer(2, 200),
    fallback: 10,
    readers: APPS,
    meaning: 'The most connections that one process opens to the database, queues apart.',
  }),
  logLevel: option({
    env: 'MTS_LOG_LEVEL',
    kind: choice('debug', 'info', 'warn', 'error'),
    fallback: 'info',
    readers: APPS,
    meaning: 'The least important messages that are logged.',
  }),

  runtime: option({
    env: 'NODE_ENV',
    kind: text,
    fallback: 'development',
    readers: APPS,
    meaning: 'With `production` no key-encryption key is ever invented: a missing one stops the start.',
  }),
  kekProvider: option({
    env: 'MTS_KEK_PROVIDER',
    kind: choice('static', 'directory'),
    fallback: 'static',
    readers: APPS,
    meaning:
      'Where the key-encryption keys come from: `static`, one mounted secret; `directory`, one key a day, destroyed when the day is no longer needed.',
  }),
  kekFile: mayBeAbsent({
    env: 'MTS_KEK_FILE',
    kind: file,
    readers: APPS,
    meaning:
      'For `static`: the file with the key, 32 bytes in base64 or hexadecimal. Made on a first run, except with NODE_ENV=production.',
  }),
  kekDirectory: mayBeAbsent({
    env: 'MTS_KEK_DIRECTORY',
    kind: directory,
    readers: APPS,
    meaning:
      'For `directory`: the directory of the day keys, outside the database and shared by all processes.',
  }),

  gatewayPort: option({
    env: 'MTS_GATEWAY_PORT',
    kind: integer(0, 65_535),
    fallback: 8080,
    readers: ['gateway', 'launcher'],
    meaning: 'The port of the HTTP API, on loopback only; 0 takes any free one.',
  }),
  jsonBodySizeBytesMax: option({
    env: 'MTS_JSON_BODY_SIZE_BYTES_MAX',
    kind: integer(1024, 200_000_000),
    fallback: 20_000_000,
    unit: 'bytes',
    readers: ['gateway'],
    meaning: 'The largest JSON body; above it the answer is 413 with the advice to use CSV.',
  }),
  csvFileSizeBytesMax: option({
    env: 'MTS_CSV_FILE_SIZE_BYTES_MAX',
    kind: integer(1024, 1_000_000_000_000),
    fallback: 10_000_000_000,
    unit: 'bytes',
    readers: ['gateway'],
    meaning: 'The largest CSV file; above it the answer is 413 and nothing is kept.',
  }),
  uploadsMax: option({
    env: 'MTS_UPLOADS_MAX',
    kind: integer(1, 64),
    fallback: 4,
    readers: ['gateway'],
    meaning: 'Lists taken in at the same time by one gateway; further ones wait.',
  }),

  mandatoryFields: option({
    env: 'MTS_MANDATORY_FIELDS',
    alias: 'TOKENSEEDER_AUTHTOKEN__MANDATORY_VALIDATION_AUTH_FIELDS',
    kind: list(`some of ${AUTH_FIELDS.join(', ')}`, (part) => AUTH_FIELDS.some((field) => field === part)),
    fallback: ['name', 'gender', 'dob', 'fullAddress'],
    readers: RECORD_READERS,
    meaning: 'The fields that every record must have beside the UIN or VID.',
  }),
  languages: option({
    env: 'MTS_LANGUAGES',
    kind: list('three-letter language codes such as eng', (part) => /^[a-z]{3}$/.test(part)),
    fallback: ['eng', 'ara', 'fra'],
    readers: RECORD_READERS,
    meaning:
      "The languages of IDA (its mandatory and optional ones); a request's `lang` must be one of them.",
  }),
  individualIdCheck: option({
    env: 'MTS_INDIVIDUAL_ID_CHECK',
    kind: choice('on', 'off'),
    fallback: 'on',
    readers: RECORD_READERS,
    meaning: 'Refuse a UIN or VID with a wrong length or check digit before IDA is asked (ATS-REQ-002).',
  }),
  uinLengthDigits: option({
    env: 'MTS_UIN_LENGTH_DIGITS',
    kind: integer(4, 30),
    fallback: 10,
    unit: 'digits',
    readers: RECORD_READERS,
    meaning: 'The length of a UIN in this country.',
  }),
  vidLengthDigits: option({
    env: 'MTS_VID_LENGTH_DIGITS',
    kind: integer(4, 30),
    fallback: 16,
    unit: 'digits',
    readers: RECORD_READERS,
    meaning: 'The length of a VID in this country.',
  }),
  genderCheck: option({
    env: 'MTS_GENDER_CHECK',
    kind: choice('on', 'off'),
    fallback: 'on',
    readers: RECORD_READERS,
    meaning: 'Refuse a gender that cannot be one before IDA is asked (ATS-REQ-005).',
  }),
  genderValues: option({
    env: 'MTS_GENDER_VALUES',
    kind: list(),
    fallback: [],
    readers: RECORD_READERS,
    meaning: 'The genders that are accepted, in any case; empty accepts every word.',
  }),
  dobCheck: option({
    env: 'MTS_DOB_CHECK',
    kind: choice('on', 'off'),
    fallback: 'on',
    readers: RECORD_READERS,
    meaning:
      'Refuse a date of birth that is no date before IDA is asked (ATS-REQ-007). IDA itself finds out only after it has used the VID up.',
  }),
  nameDelimiter: option({
    env: 'MTS_NAME_DELIMITER',
    alias: 'TOKENSEEDER_ROOT__NAME_DELIMITER',
    kind: text,
    fallback: ' ',
    readers: RECORD_READERS,
    meaning: 'Stands between the parts of a name.',
  }),
  addressDelimiter: option({
    env: 'MTS_ADDRESS_DELIMITER',
    alias: 'TOKENSEEDER_ROOT__FULL_ADDRESS_DELIMITER',
    kind: text,
    fallback: ', ',
    readers: RECORD_READERS,
    meaning: 'Stands between the parts of an address.',
  }),

  idaAuthUrl: option({
    env: 'MTS_IDA_AUTH_URL',
    alias: 'TOKENSEEDER_MOSIP_AUTH_SERVER__IDA_AUTH_URL',
    kind: url('http:', 'https:'),
    readers: [...IDA_READERS, 'launcher'],
    meaning:
      "The URL of IDA's auth service, up to and with `/auth`. `npm start` starts the simulator when it is not set.",
  }),
  idaPartnerId: option({
    env: 'MTS_IDA_PARTNER_ID',
    alias: 'TOKENSEEDER_MOSIP_AUTH__PARTNER_ID',
    kind: text,
    readers: IDA_READERS,
    meaning: 'The auth partner id of the relying party.',
  }),
  idaApiKey: option({
    env: 'MTS_IDA_API_KEY',
    alias: 'TOKENSEEDER_MOSIP_AUTH__PARTNER_APIKEY',
    kind: text,
    secret: 'secret',
    readers: IDA_READERS,
    meaning: 'The API key of the relying party.',
  }),
  idaMispLicenceKey: option({
    env: 'MTS_IDA_MISP_LICENCE_KEY',
    alias: 'TOKENSEEDER_MOSIP_AUTH__PARTNER_MISP_LK',
    kind: text,
    secret: 'secret',
    readers: IDA_READERS,
    meaning: 'The MISP licence key.',
  }),
  idaPartnerP12File: option({
    env: 'MTS_IDA_PARTNER_P12_FILE',
    alias: 'TOKENSEEDER_CRYPTO_SIGNATURE__SIGN_P12_FILE_PATH',
    kind: file,
    readers: IDA_READERS,
    meaning:
      "The PKCS#12 file with the relying party's signing key and the certificate that MOSIP's partner management issued for it.",
  }),
  idaPartnerP12Password: option({
    env: 'MTS_IDA_PARTNER_P12_PASSWORD',
    alias: 'TOKENSEEDER_CRYPTO_SIGNATURE__SIGN_P12_FILE_PASSWORD',
    kind: text,
    secret: 'secret',
    readers: IDA_READERS,
    meaning: 'The password of that file.',
  }),
  idaCertificateFile: option({
    env: 'MTS_IDA_CERTIFICATE_FILE',
    alias: 'TOKENSEEDER_CRYPTO_ENCRYPT__ENCRYPT_CERT_PATH',
    kind: file,
    readers: IDA_READERS,
    meaning:
      "IDA's certificate for relying parties (`ida-partner.cer`), PEM or DER: requests are encrypted with it.",
  }),
  idaSignCertificateFile: mayBeAbsent({
    env: 'MTS_IDA_SIGN_CERTIFICATE_FILE',
    kind: file,
    readers: IDA_READERS,
    meaning:
      "IDA's signing certificate, or the root above it, PEM or DER. When given, only answers signed by it count; otherwise answers are not checked.",
  }),
  idaDomainUri: mayBeAbsent({
    env: 'MTS_IDA_DOMAIN_URI',
    alias: 'TOKENSEEDER_MOSIP_AUTH_SERVER__IDA_AUTH_DOMAIN_URI',
    kind: text,
    readers: IDA_READERS,
    meaning: 'Sent as `domainUri`; must be one that IDA allows. Left out when not given.',
  }),
  idaEnvironment: mayBeAbsent({
    env: 'MTS_IDA_ENVIRONMENT',
    alias: 'TOKENSEEDER_MOSIP_AUTH_SERVER__IDA_AUTH_ENV',
    kind: choice('Staging', 'Developer', 'Pre-Production', 'Production'),
    readers: IDA_READERS,
    meaning: 'Sent as `env`. Left out when not given.',
  }),
  idaConnectTimeoutMs: option({
    env: 'MTS_IDA_CONNECT_TIMEOUT_MS',
    kind: integer(100, 60_000),
    fallback: 5_000,
    unit: 'milliseconds',
    readers: IDA_READERS,
    meaning: 'How long a connection to IDA may take.',
  }),
  idaAnswerTimeoutMs: option({
    env: 'MTS_IDA_ANSWER_TIMEOUT_MS',
    kind: integer(500, 15_000),
    fallback: 10_000,
    unit: 'milliseconds',
    readers: IDA_READERS,
    meaning: 'How long an answer of IDA may take; below every shutdown grace.',
  }),
  idaInFlightMax: option({
    env: 'MTS_IDA_IN_FLIGHT_MAX',
    kind: integer(1, 512),
    fallback: 16,
    readers: IDA_READERS,
    meaning: 'Calls of one seeder to IDA at the same time.',
  }),
  idaRatePerSecondMax: option({
    env: 'MTS_IDA_RATE_PER_SECOND_MAX',
    kind: rate,
    unit: 'calls per second',
    readers: IDA_READERS,
    meaning:
      'The most calls to IDA per second by all seeders together. Must be stated for a real IDA, because every call notifies a resident; `none` for the simulator.',
  }),
  idaPreflightIntervalSeconds: option({
    env: 'MTS_IDA_PREFLIGHT_INTERVAL_SECONDS',
    kind: integer(10, 86_400),
    fallback: 300,
    unit: 'seconds',
    readers: IDA_READERS,
    meaning: 'How often the set-up is proved with a call that touches no resident.',
  }),
  rangesAtOnceMax: option({
    env: 'MTS_RANGES_AT_ONCE_MAX',
    kind: integer(1, 64),
    fallback: 4,
    readers: ['seeder'],
    meaning: 'Ranges of lists that one seeder works on at the same time.',
  }),

  requestAgeHoursMax: option({
    env: 'MTS_REQUEST_AGE_HOURS_MAX',
    kind: integer(1, 8_760),
    fallback: 168,
    unit: 'hours',
    readers: ['scheduler', 'seeder'],
    meaning:
      'A finished request older than this is archived: its results and keys are erased. One that is still working is never erased by age.',
  }),
  uploadAgeMinutesMax: option({
    env: 'MTS_UPLOAD_AGE_MINUTES_MAX',
    kind: integer(1, 1_440),
    fallback: 10,
    unit: 'minutes',
    readers: ['seeder'],
    meaning: 'An upload that shows no progress for this long is swept away.',
  }),

  stateDirectory: option({
    env: 'MTS_STATE_DIR',
    kind: directory,
    fallback: '.mts',
    readers: ['launcher'],
    meaning: 'Where `npm start` keeps its database, keys and results.',
  }),
  postgresPort: option({
    env: 'MTS_POSTGRES_PORT',
    kind: integer(0, 65_535),
    fallback: 0,
    readers: ['launcher'],
    meaning: "The port of `npm start`'s own PostgreSQL, on loopback; 0 takes any free one.",
  }),
  simulatorPort: option({
    env: 'IDA_SIMULATOR_PORT',
    kind: integer(0, 65_535),
    fallback: 0,
    readers: ['launcher', 'ida-simulator'],
    meaning: 'The port of the IDA simulator, on loopback; 0 takes any free one.',
  }),
  simulatorDirectory: mayBeAbsent({
    env: 'IDA_SIMULATOR_DIR',
    kind: directory,
    readers: ['ida-simulator'],
    meaning: "The simulator's keys and certificates, made when absent. Set by `npm start`.",
  }),
  simulatorPopulation: mayBeAbsent({
    env: 'IDA_SIMULATOR_POPULATION',
    kind: file,
    readers: ['launcher', 'ida-simulator'],
    meaning:
      'The people that the simulator knows, one JSON object a line; see `npm run people`. With `npm start`, those of the sample list unless given.',
  }),
} as const;

export type OptionName = keyof typeof OPTIONS;
export type OptionValue<N extends OptionName> = (typeof OPTIONS)[N] extends Option<infer T> ? T : never;
