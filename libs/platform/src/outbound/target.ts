import type { IpAddress } from './ip-address.js';
import { readIpAddress } from './ip-address.js';

/** Where a connection goes. */
export interface Target {
  readonly scheme: 'http' | 'https';
  /** In lower case and ASCII, without brackets and without the dot at the end. */
  readonly host: string;
  readonly port: number;
  /** The address, when the host is a literal one. */
  readonly literal: IpAddress | undefined;
}

const URL_LENGTH_MAX = 2048;
const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/**
 * What URL parsers read differently (the WHATWG one drops tabs and line ends, and takes a backslash or any number of
 * slashes for two): one that checks and another that connects must never see two hosts.
 */
const AMBIGUOUS = /[\s\p{Cc}\p{Cf}\\]/u;
const PLAIN_HTTP_URL = /^https?:\/\/[^/?#]/i;
const USER_INFO = /^https?:\/\/[^/?#]*@/i;

/** Where a URL leads, or what is wrong with it as the end of a sentence that starts with "The address". */
export function readTarget(url: string): Target | string {
  if (url.length > URL_LENGTH_MAX) return `must not be longer than ${URL_LENGTH_MAX} characters`;
  if (AMBIGUOUS.test(url)) return 'must not hold blanks, control characters or backslashes';
  if (!PLAIN_HTTP_URL.test(url)) return 'must be a URL that starts with https://';
  if (USER_INFO.test(url)) return 'must not hold a user name or password';
  if (url.includes('#')) return 'must not hold a fragment (#)';
  const parsed = URL.parse(url);
  return parsed === null ? 'is not a valid URL' : targetOf(parsed);
}

/** Where an http or https URL leads. */
export function targetOf(url: URL): Target {
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const port = url.port === '' ? DEFAULT_PORTS[scheme] : Number(url.port);
  return { scheme, host, port, literal: readIpAddress(host) };
}
