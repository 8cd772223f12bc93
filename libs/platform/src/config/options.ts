import { AUTH_FIELDS, IDA_VERSIONS } from '@mts/domain';

import { CALLER_OPTIONS, OIDC_OPTIONS } from './caller-options.js';
import { IDA_OPTIONS } from './ida-options.js';
import { choice, directory, file, integer, list, schemaName, text, url } from './kinds.js';
import { mayBeAbsent, type Option, option } from './option.js';
import { OUTBOUND_OPTIONS } from './outbound-options.js';
import { PULL_OPTIONS } from './pull-options.js';

const APPS = ['gateway', 'seeder', 'scheduler'] as const;
const RECORD_READERS = ['gateway'] as const;

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
    meaning:
      'The most connections that one process opens to the database, apart from those of the queues, one for notifications and, in a gateway, one for health probes.',
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
      'For `static`: the file with the key, 32 bytes in base64 or hexadecimal. Made on a first run, except with NODE_ENV=production; never where the database has been written with another key. Once it is set, it must be set at every start.',
  }),
  kekFilesFormer: option({
    env: 'MTS_KEK_FILES_FORMER',
    kind: list('paths of files'),
    fallback: [],
    readers: APPS,
    meaning:
      'The files of keys that still open what they have wrapped, and wrap nothing any more: while one key follows another, see docs/guide/looking-after-it.md.',
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
    meaning: 'The port of the HTTP API; 0 takes any free one.',
  }),
  ...CALLER_OPTIONS,
  ...OIDC_OPTIONS,
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
    meaning:
      'Lists taken in at the same time by one gateway, by one caller at most all but one of them; further ones wait. An upload that comes more slowly than 16 KiB/s after its first minute is broken off.',
  }),

  syncWaitSecondsMax: option({
    env: 'MTS_SYNC_WAIT_SECONDS_MAX',
    kind: integer(1, 120),
    fallback: 30,
    unit: 'seconds',
    readers: ['gateway'],
    meaning:
      'How long a caller that hands in one person is kept waiting for the answer; then it is told that the work goes on, and under which identifier. For as long a one-time password or biometrics may be sent to IDA. Keep it below the time limits of proxies before the gateway.',
  }),
  syncWaitingMax: option({
    env: 'MTS_SYNC_WAITING_MAX',
    kind: integer(1, 10_000),
    fallback: 256,
    readers: ['gateway'],
    meaning:
      'The most calls of all callers together that wait for the answer about one person, in one gateway (429).',
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
    readers: ['gateway', 'seeder'],
    meaning: 'The length of a UIN in this country.',
  }),
  vidLengthDigits: option({
    env: 'MTS_VID_LENGTH_DIGITS',
    kind: integer(4, 30),
    fallback: 16,
    unit: 'digits',
    readers: ['gateway', 'seeder'],
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

  ...IDA_OPTIONS,
  ...OUTBOUND_OPTIONS,
  ...PULL_OPTIONS,
  rangesAtOnceMax: option({
    env: 'MTS_RANGES_AT_ONCE_MAX',
    kind: integer(1, 64),
    fallback: 4,
    readers: ['seeder'],
    meaning:
      'Places of one seeder that help with long lists, beside the one that each list has in turn; one list has half of them at the most. By them a list is worked on in all seeders.',
  }),
  deliveriesAtOnceMax: option({
    env: 'MTS_DELIVERIES_AT_ONCE_MAX',
    kind: integer(1, 64),
    fallback: 4,
    readers: ['seeder'],
    meaning:
      'Callbacks that one seeder delivers at the same time, for one caller at most all but one of them; each sends one call after the other.',
  }),
  callbackAgeHoursMax: option({
    env: 'MTS_CALLBACK_AGE_HOURS_MAX',
    kind: integer(1, 8760),
    fallback: 72,
    unit: 'hours',
    readers: ['seeder'],
    meaning:
      'How long a callback is tried again before it has failed for good. The results stay downloadable, and it can be asked for again, until they expire.',
  }),

  requestAgeHoursMax: option({
    env: 'MTS_REQUEST_AGE_HOURS_MAX',
    kind: integer(1, 8_760),
    fallback: 168,
    unit: 'hours',
    readers: ['gateway', 'scheduler', 'seeder'],
    meaning:
      'A finished request older than this is archived: its results and keys are erased. One that is still working is never erased by age.',
  }),
  eraseGraceMinutes: option({
    env: 'MTS_ERASE_GRACE_MINUTES',
    kind: integer(0, 43_200),
    fallback: 60,
    unit: 'minutes',
    readers: ['gateway'],
    meaning:
      'How long results stay after a whole download, where the request has said that it erases them (options.eraseAfterDownload), and after one person was answered at once.',
  }),
  inputKept: option({
    env: 'MTS_INPUT_KEPT',
    kind: choice('results', 'processing'),
    fallback: 'results',
    readers: ['gateway'],
    meaning:
      'Until when the records as received are kept, sealed: `results`, as long as the results, so that they can be asked again and downloaded in their own layout; `processing`, until the last one is final, except with an outputFormat.',
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
  simulatorVersion: mayBeAbsent({
    env: 'IDA_SIMULATOR_VERSION',
    kind: choice(...IDA_VERSIONS),
    readers: ['launcher', 'ida-simulator'],
    meaning:
      'The version of IDA that the simulator stands in for: 1.2.0.1, and with `npm start` that of MTS_IDA_VERSION, unless given.',
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
