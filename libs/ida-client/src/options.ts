import type { X509Certificate } from 'node:crypto';
import type { PartnerKey } from '@mts/crypto';
import { NAME_CASES, type NameCase } from './demographics.js';
import type { IdaCertificateSource, PartnerKeySource } from './keys/index.js';
import { type Profile, type ProfileName, PROFILE_NAMES, PROFILES } from './profiles.js';
import { inRange } from './ranges.js';
import type { Address, Endpoint } from './wire.js';

/** What a client needs to know. A value that cannot work is refused by the constructor. */
export interface IdaClientOptions {
  /**
   * Address of the `/auth` call without the licence, partner and API key that follow it:
   * `https://host/idauthentication/v1/auth`. `http:` is for tests and for a mesh that encrypts by itself.
   */
  readonly authUrl: string;
  /** The same of the `/kyc` call. Default: `authUrl` with `kyc` as its last segment. */
  readonly kycUrl?: string;
  /** The same of the `/otp` call. Default: `authUrl` with `otp` as its last segment. */
  readonly otpUrl?: string;
  /** The relying party, as MOSIP's partner management knows it. */
  readonly partnerId: string;
  /** Secret: the relying party's key to its policy. */
  readonly apiKey: string;
  /** Secret: the licence of the infrastructure provider. */
  readonly mispLicenceKey: string;
  /**
   * Signs the requests, and opens eKYC answers. From IDA 1.2.0.1 the certificate must be the one that partner
   * management gave back (`signedPartnerCert`), to the byte. A source, such as `openPartnerKey`, can change it.
   */
  readonly partnerKey: PartnerKey | PartnerKeySource;
  /**
   * IDA's certificate for encryption, application `IDA`, reference `PARTNER` (`ida-partner.cer`). A source, such as
   * `openIdaCertificate`, can get it again when IDA has another one.
   */
  readonly idaCertificate: X509Certificate | IdaCertificateSource;
  /**
   * Certificates (IDA's signing ones, or a root of MOSIP) of which one must have signed each answer. Default: none,
   * and the signature of answers is not looked at.
   */
  readonly answerPins?: readonly X509Certificate[];
  /** Sent as it is, and then one of IDA's `mosip.ida.allowed.domain.uris`. Default: not sent. */
  readonly domainUri?: string;
  /** Sent as it is, and then one of IDA's environments (`Staging`, `Production`, …). Default: not sent. */
  readonly env?: string;
  /** `UIN` or `VID` (or the country's alias), when all numbers are of one kind. Default: not sent, IDA finds out. */
  readonly individualIdType?: string;
  /** Version of IDA to speak to. Default: `1.2.0.1`. */
  readonly profile?: ProfileName;
  /**
   * Names are sent in lower case where that cannot change the comparison, because IDA's reference matcher never ends
   * on some mixed spellings. `as-given` is for a country whose own rules for names tell upper from lower case.
   * Default: `lower`.
   */
  readonly nameCase?: NameCase;
  /** Milliseconds for connecting, TLS included; then the call fails and nobody was asked. 1 to 600,000. Default: 5,000. */
  readonly connectTimeoutMs?: number;
  /**
   * Milliseconds from the first byte sent to the last one received; then the call fails and what became of it is
   * unknown. 1 to 600,000. Default: 10,000.
   */
  readonly answerTimeoutMs?: number;
  /** Most sockets, so most calls at once; a further call waits, and is sealed when its turn comes. 1 to 1,024. Default: 64. */
  readonly connections?: number;
  /** Milliseconds since 1970, for the time in requests. Default: `Date.now`. */
  readonly clock?: () => number;
  /** Gives each call its id, 10 letters or digits. Default: random. */
  readonly transactionId?: () => string;
  readonly preflight?: PreflightRules;
}

/** The number that a preflight asks for: one that no person has, because its check digit is wrong. */
export interface PreflightRules {
  /** Kind of the number, as IDA spells it: the country's alias where it renamed the UIN. Default: `UIN`. */
  readonly idType?: string;
  /** Digits of the number, as configured in IDA. 2 to 64. Default: 10. */
  readonly idLength?: number;
}

/** Every option: one that is missing here does not compile. */
const OPTIONS: Readonly<Record<keyof IdaClientOptions, 'needed' | 'optional'>> = {
  authUrl: 'needed',
  kycUrl: 'optional',
  otpUrl: 'optional',
  partnerId: 'needed',
  apiKey: 'needed',
  mispLicenceKey: 'needed',
  partnerKey: 'needed',
  idaCertificate: 'needed',
  answerPins: 'optional',
  domainUri: 'optional',
  env: 'optional',
  individualIdType: 'optional',
  profile: 'optional',
  nameCase: 'optional',
  connectTimeoutMs: 'optional',
  answerTimeoutMs: 'optional',
  connections: 'optional',
  clock: 'optional',
  transactionId: 'optional',
  preflight: 'optional',
};

/** For callers in JavaScript: a name that is misspelt would be a default in disguise. Throws a `TypeError` that names it. */
export function checkOptionNames(options: IdaClientOptions): void {
  const names = Object.keys(OPTIONS) as (keyof IdaClientOptions)[];
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown !== undefined) {
    throw new TypeError(`${unknown} is not an option of IdaClient, whose options are ${names.join(', ')}`);
  }
  const missing = names.find((name) => OPTIONS[name] === 'needed' && (options[name] ?? null) === null);
  if (missing !== undefined) throw new TypeError(`${missing} must be given`);
}

/** What the version of IDA asks for. Throws a `TypeError` that names the known versions. */
export function profileOf(options: IdaClientOptions): Profile {
  return PROFILES[oneOf('profile', options.profile ?? '1.2.0.1', PROFILE_NAMES)];
}

/** Throws a `TypeError` that names the known ways. */
export function nameCaseOf(options: IdaClientOptions): NameCase {
  return oneOf('nameCase', options.nameCase ?? 'lower', NAME_CASES);
}

function oneOf<Value extends string>(name: string, value: Value, known: readonly Value[]): Value {
  if (known.includes(value)) return value;
  throw new TypeError(`${name} must be one of ${known.join(', ')}`);
}

export interface Limits {
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly connections: number;
}

const LIMITS = {
  connectTimeoutMs: { default: 5_000, most: 600_000 },
  answerTimeoutMs: { default: 10_000, most: 600_000 },
  connections: { default: 64, most: 1_024 },
} as const;

/** The numbers among the options, checked. Throws a `RangeError` that names the option. */
export function limitsOf(options: IdaClientOptions): Limits {
  const limit = (name: keyof Limits): number => {
    const value = options[name] ?? LIMITS[name].default;
    return inRange(name, value, 1, LIMITS[name].most);
  };
  return {
    connectTimeoutMs: limit('connectTimeoutMs'),
    answerTimeoutMs: limit('answerTimeoutMs'),
    connections: limit('connections'),
  };
}

/**
 * Where each call goes, checked, with the licence and the keys in the path.
 * Throws a `TypeError` that names the option and never its value.
 */
export function addressesOf(options: IdaClientOptions): Readonly<Record<Endpoint, Address>> {
  const auth = urlOf('authUrl', options.authUrl);
  const keys = (['mispLicenceKey', 'partnerId', 'apiKey'] as const).map((name) => {
    const value: unknown = options[name];
    if (typeof value !== 'string') throw new TypeError(`${name} must be text`);
    const segment = encodeURIComponent(value);
    // `.` and `..` would be taken for steps in the path.
    if (/^\.{0,2}$/.test(segment)) throw new TypeError(`${name} must not be empty or dots`);
    return segment;
  });
  const address = ({ origin, pathname }: URL): Address => ({
    origin: new URL(origin),
    path: [pathname.replace(/\/+$/, ''), ...keys].join('/'),
  });
  const sibling = (endpoint: Endpoint): URL => {
    const url = new URL(auth);
    url.pathname = auth.pathname.replace(/[^/]*\/*$/, endpoint);
    return url;
  };
  const { kycUrl, otpUrl } = options;
  return {
    auth: address(auth),
    kyc: address(kycUrl === undefined ? sibling('kyc') : urlOf('kycUrl', kycUrl)),
    otp: address(otpUrl === undefined ? sibling('otp') : urlOf('otpUrl', otpUrl)),
  };
}

function urlOf(name: string, value: string): URL {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new TypeError(`${name} must be an http or https URL`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError(`${name} must have no user, password, query or fragment`);
  }
  return url;
}
