import { IDA_VERSIONS } from '@mts/domain';

import { choice, file, integer, rate, tamperProofUrl, text, url } from './kinds.js';
import { mayBeAbsent, option } from './option.js';

const IDA_READERS = ['seeder'] as const;

/** How IDA is reached and asked. */
export const IDA_OPTIONS = {
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
      "The PKCS#12 file with the relying party's signing key and the certificate that MOSIP's partner management issued for it. Read again when it changes.",
  }),
  idaPartnerP12Password: option({
    env: 'MTS_IDA_PARTNER_P12_PASSWORD',
    alias: 'TOKENSEEDER_CRYPTO_SIGNATURE__SIGN_P12_FILE_PASSWORD',
    kind: text,
    secret: 'secret',
    readers: IDA_READERS,
    meaning: 'The password of MTS_IDA_PARTNER_P12_FILE.',
  }),
  idaVersion: option({
    env: 'MTS_IDA_VERSION',
    kind: choice(...IDA_VERSIONS),
    fallback: '1.2.0.1',
    readers: [...IDA_READERS, 'launcher'],
    meaning:
      'The version of IDA that is asked; each stands for the last patch of its line. `npm start` starts its simulator in this version.',
  }),
  idaCertificateFile: mayBeAbsent({
    env: 'MTS_IDA_CERTIFICATE_FILE',
    alias: 'TOKENSEEDER_CRYPTO_ENCRYPT__ENCRYPT_CERT_PATH',
    kind: file,
    readers: IDA_READERS,
    meaning:
      "IDA's certificate for relying parties (`ida-partner.cer`), PEM or DER: requests are encrypted with it. Without MTS_IDA_CERTIFICATE_URL it is read again when IDA has changed its key. One of the two must be given.",
  }),
  idaCertificateUrl: mayBeAbsent({
    env: 'MTS_IDA_CERTIFICATE_URL',
    kind: tamperProofUrl,
    readers: IDA_READERS,
    meaning:
      'Where the same certificate is published: taken from there at the start when no file is given, and again when IDA has changed its key or the dates of the certificate are over.',
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
  idaIndividualIdType: mayBeAbsent({
    env: 'MTS_IDA_INDIVIDUAL_ID_TYPE',
    kind: text,
    readers: IDA_READERS,
    meaning:
      "Sent as `individualIdType`, when all numbers of all lists are of one kind: `UIN` or `VID`, or the country's own name for a UIN. Left out when not given: IDA finds out by itself.",
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
    fallback: 64,
    readers: IDA_READERS,
    meaning:
      'The most calls of one seeder to IDA at the same time. A seeder begins with a few and finds out by itself, up to this, how many IDA answers best. The default asks about 600 people a second where IDA takes 100 ms; an IDA that is slow and strong wants more (512 calls take about 170 MB of memory).',
  }),
  idaInFlightMaxAll: mayBeAbsent({
    env: 'MTS_IDA_IN_FLIGHT_MAX_ALL',
    kind: integer(1, 100_000),
    readers: IDA_READERS,
    meaning:
      'The most calls of all seeders together to IDA at the same time. They divide it among those that live; where there are more seeders than places, some ask nobody. No maximum unless given. The same for all seeders.',
  }),
  idaRatePerSecondMax: option({
    env: 'MTS_IDA_RATE_PER_SECOND_MAX',
    kind: rate,
    unit: 'calls per second',
    readers: IDA_READERS,
    meaning:
      'The most calls to IDA per second by all seeders together. Must be stated for a real IDA, because every call notifies a resident. With the simulator of `npm start` it is `none` unless given.',
  }),
  idaPreflightIntervalSeconds: option({
    env: 'MTS_IDA_PREFLIGHT_INTERVAL_SECONDS',
    kind: integer(10, 86_400),
    fallback: 300,
    unit: 'seconds',
    readers: IDA_READERS,
    meaning: 'How often the set-up is proved with a call that touches no resident.',
  }),
} as const;
