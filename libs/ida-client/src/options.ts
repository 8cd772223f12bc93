import type { X509Certificate } from 'node:crypto';
import type { PartnerKey } from '@mts/crypto';
import type { NameCase } from './demographics.js';
import type { ProfileName } from './profiles.js';

/** What a client needs to know. A value that cannot work is refused by the constructor. */
export interface IdaClientOptions {
  /**
   * Address of the `/auth` call without the licence, partner and API key that follow it:
   * `https://host/idauthentication/v1/auth`. `http:` is for tests and for a mesh that encrypts by itself.
   */
  readonly authUrl: string;
  /** The relying party, as MOSIP's partner management knows it. */
  readonly partnerId: string;
  /** Secret: the relying party's key to its policy. */
  readonly apiKey: string;
  /** Secret: the licence of the infrastructure provider. */
  readonly mispLicenceKey: string;
  /**
   * Signs the requests. From IDA 1.2.0.1 the certificate must be the one that partner management gave back
   * (`signedPartnerCert`), to the byte.
   */
  readonly partnerKey: PartnerKey;
  /** IDA's certificate for encryption, application `IDA`, reference `PARTNER` (`ida-partner.cer`). */
  readonly idaCertificate: X509Certificate;
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

export function inRange(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}`);
}

/**
 * The address of the call, checked, and its full path with the licence and the keys in it.
 * Throws a `TypeError` that names the option and never its value.
 */
export function addressOf(options: IdaClientOptions): { readonly origin: URL; readonly path: string } {
  const url = URL.parse(options.authUrl);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('authUrl must be an http or https URL');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError('authUrl must have no user, password, query or fragment');
  }
  const segments = (['mispLicenceKey', 'partnerId', 'apiKey'] as const).map((name) => {
    const segment = encodeURIComponent(options[name]);
    // `.` and `..` would be taken for steps in the path.
    if (/^\.{0,2}$/.test(segment)) throw new TypeError(`${name} must not be empty or dots`);
    return segment;
  });
  return { origin: new URL(url.origin), path: [url.pathname.replace(/\/+$/, ''), ...segments].join('/') };
}
