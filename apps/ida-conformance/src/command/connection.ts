import { type PartnerKey, readCertificate, readPkcs12 } from '@mts/crypto';

import type { Entitlement, Version } from '../cases/case.js';
import { type OtherName, OTHERS } from '../exchange/changes.js';
import type { Connection } from '../exchange/connection.js';
import { readNamed } from './files.js';
import { type Options, versionOf } from './options.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

type Json = Readonly<Record<string, unknown>>;

/** Where a piece of connection data may come from, besides the configuration file. */
interface Source {
  readonly variable: string;
  readonly option?: string;
  readonly question: string;
  readonly isSecret?: true;
}

/** By their names in the configuration file. */
const SOURCES = {
  url: { variable: 'MTS_IDA_AUTH_URL', option: '--url', question: 'URL of the /auth call: ' },
  partnerId: { variable: 'MTS_IDA_PARTNER_ID', option: '--partner-id', question: 'Partner id: ' },
  mispLicenceKey: { variable: 'MTS_IDA_MISP_LICENCE_KEY', question: 'MISP licence key: ', isSecret: true },
  apiKey: { variable: 'MTS_IDA_API_KEY', question: 'API key: ', isSecret: true },
  p12: { variable: 'MTS_IDA_PARTNER_P12_FILE', option: '--p12', question: 'PKCS#12 file of the partner: ' },
  p12Password: { variable: 'MTS_IDA_PARTNER_P12_PASSWORD', question: 'Its password: ', isSecret: true },
  idaCertificate: {
    variable: 'MTS_IDA_CERTIFICATE_FILE',
    option: '--ida-certificate',
    question: 'File of the certificate to encrypt for (ida-partner.cer): ',
  },
} as const satisfies Readonly<Record<string, Source>>;

const ENTITLEMENTS = ['kyc', 'otp', 'otp-request'] as const satisfies readonly Entitlement[];
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(SOURCES),
  'profile',
  'signCertificate',
  'domainUri',
  'uinType',
  'uinLengthDigits',
  'vidLengthDigits',
  'policyAllows',
  'others',
]);
const KNOWN_OTHERS: readonly string[] = [...OTHERS, 'partnerP12', 'partnerP12Password'];

export interface Origin {
  readonly options: Options;
  readonly file: Json;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
}

/** The version to expect: of the option, the environment, the file. @throws UsageError */
export function readVersion({ options, file, env }: Omit<Origin, 'terminal'>): Version {
  const given = env['MTS_IDA_VERSION'] ?? text(file, 'profile') ?? '1.2.0.1';
  return options.version ?? versionOf(given, 'profile');
}

/** What the relying party may do, as the file says. @throws UsageError */
export function readEntitlements({ options, file, env, terminal }: Origin): ReadonlySet<Entitlement> {
  const listed = file['policyAllows'] ?? [];
  const allowed = Array.isArray(listed) ? listed.map(String) : [];
  const unknown = allowed.find((each) => each !== 'demo' && !ENTITLEMENTS.some((known) => known === each));
  if (!Array.isArray(listed) || unknown !== undefined) {
    throw new UsageError(`policyAllows must be a list of demo, ${ENTITLEMENTS.join(', ')}`);
  }
  const domainUri = options.connection['domainUri'] ?? env['MTS_IDA_DOMAIN_URI'] ?? text(file, 'domainUri');
  return new Set<Entitlement>([
    ...ENTITLEMENTS.filter((each) => allowed.includes(each)),
    ...(domainUri === undefined ? [] : (['domainUri'] as const)),
    ...(terminal.isInteractive ? (['otp by hand'] as const) : []),
  ]);
}

export function readOthers(file: Json): Connection['others'] & { readonly partnerP12?: string } {
  const others = (file['others'] ?? {}) as Json;
  const unknown = Object.keys(others).find((name) => !KNOWN_OTHERS.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`others.${unknown} is not known; known are ${KNOWN_OTHERS.join(', ')}`);
  return Object.fromEntries(
    KNOWN_OTHERS.flatMap((name) => [[name, text(others, name)]].filter(([, value]) => value)),
  );
}

/**
 * Everything that it takes to reach IDA: from options, the environment, the file, or else the terminal.
 * @throws UsageError
 */
export async function readConnection(origin: Origin): Promise<Connection> {
  const { options, file, env } = origin;
  const unknown = Object.keys(file).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw new UsageError(`${unknown} is not known to the configuration file`);
  const others = readOthers(file);
  const optional = (name: string, variable: string): string | undefined =>
    options.connection[name] ?? env[variable] ?? text(file, name);
  const authUrl = checkedUrl(await needed('url', origin));
  const partnerId = await needed('partnerId', origin);
  const mispLicenceKey = await needed('mispLicenceKey', origin);
  const apiKey = await needed('apiKey', origin);
  const p12 = await needed('p12', origin);
  const partnerKey = await readP12('p12', p12, await needed('p12Password', origin));
  const idaCertificate = await readNamedCertificate('idaCertificate', await needed('idaCertificate', origin));
  const pin = optional('signCertificate', 'MTS_IDA_SIGN_CERTIFICATE_FILE');
  return {
    authUrl,
    version: readVersion(origin),
    partnerId,
    mispLicenceKey,
    apiKey,
    partnerKey,
    otherPartnerKey: await readOtherPartner(file),
    idaCertificate,
    answerPins: pin === undefined ? [] : [await readNamedCertificate('signCertificate', pin)],
    domainUri: optional('domainUri', 'MTS_IDA_DOMAIN_URI'),
    uinType: text(file, 'uinType') ?? 'UIN',
    uinLengthDigits: length(file, 'uinLengthDigits', 10),
    vidLengthDigits: length(file, 'vidLengthDigits', 16),
    others: Object.fromEntries(OTHERS.map((name: OtherName) => [name, others[name]])) as Connection['others'],
    answerTimeoutMs: options.answerTimeoutMs,
  };
}

async function needed(name: keyof typeof SOURCES, { options, file, env, terminal }: Origin): Promise<string> {
  const source: Source = SOURCES[name];
  const given = options.connection[name] ?? env[source.variable] ?? text(file, name);
  if (given !== undefined && given !== '') return given;
  if (!terminal.isInteractive) {
    const places = [source.option, source.variable, `${name} in the --config file`]
      .filter(Boolean)
      .join(', ');
    throw new UsageError(`${name} is missing; give it by ${places}`);
  }
  return source.isSecret === true ? terminal.askHidden(source.question) : terminal.ask(source.question);
}

async function readOtherPartner(file: Json): Promise<PartnerKey | undefined> {
  const others = (file['others'] ?? {}) as Json;
  const p12 = text(others, 'partnerP12');
  return p12 === undefined
    ? undefined
    : readP12('others.partnerP12', p12, text(others, 'partnerP12Password') ?? '');
}

async function readP12(what: string, path: string, password: string): Promise<PartnerKey> {
  const bytes = await readNamed(what, path);
  try {
    return readPkcs12(bytes, password);
  } catch {
    throw new UsageError(`${what}: ${path} is no PKCS#12 file, or the password is wrong`);
  }
}

async function readNamedCertificate(what: string, path: string) {
  const bytes = await readNamed(what, path);
  try {
    return readCertificate(bytes);
  } catch {
    throw new UsageError(`${what}: ${path} holds no certificate`);
  }
}

function checkedUrl(given: string): string {
  const url = URL.parse(given);
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url === null || !/^https?:$/.test(url.protocol) || !isPlain || !/\/auth\/?$/.test(url.pathname)) {
    throw new UsageError(
      'url must be an http or https URL that ends in /auth, without user, query or fragment',
    );
  }
  return given.replace(/\/$/, '');
}

function length(file: Json, name: string, fallback: number): number {
  const value = file[name] ?? fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 2 && value <= 64) return value;
  throw new UsageError(`${name} must be a whole number from 2 to 64`);
}

function text(json: Json, name: string): string | undefined {
  const value = json[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new UsageError(`${name} must be a text`);
}
