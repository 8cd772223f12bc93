import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The same place seen from src and from dist. */
const IDA_DATA = new URL('../data/ida/', import.meta.url);

/** Of every `.p12` among the vectors. */
export const IDA_VECTOR_PASSWORD = 'Test-Only-Passw0rd';

/** A call that IDA receives. `body` is signed byte for byte, as UTF-8. */
interface RequestVector {
  readonly id: string;
  readonly description: string;
  readonly url_path: string;
  /** Without `Signature` where the case is that there is none. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `v…`: made by the original token seeder. */
export interface OriginalRequestVector extends RequestVector {
  readonly signing_p12: string;
  readonly body_sha256_hex: string;
  readonly expected: {
    readonly plaintext_request: string;
    readonly plaintext_request_b64: string;
    readonly hmac_plaintext: string;
    readonly ida_cert_sha256_hex_upper: string;
  };
}

/** `s…`: in the standard form. */
export interface StandardRequestVector extends RequestVector {
  /** The time at which IDA has to judge it, ISO 8601. */
  readonly clock_now: string;
  readonly expected: { readonly result: string; readonly plaintext_request: string };
}

/** `n…`: IDA must refuse it. */
export interface RefusedRequestVector extends RequestVector {
  /** The time at which IDA has to judge it, ISO 8601. */
  readonly clock_now: string;
  readonly expected: {
    /** Codes in the order of the answer. */
    readonly errors: readonly string[];
    readonly stage: 'filter' | 'controller';
    readonly authStatus: boolean;
    readonly message?: string;
    readonly plaintext_request: string;
  };
}

/** `r…`: an answer, signed over the exact `body`. */
export interface AnswerVector {
  readonly id: string;
  readonly description: string;
  readonly headers: { readonly 'content-type': string; readonly 'response-signature': string };
  readonly body: string;
}

/** A number, as MOSIP's validators judge it. */
export interface IndividualIdVector {
  readonly id: string;
  readonly type: 'UIN' | 'VID' | 'other';
  /** What ChecksumUtils answers, or the exception that it throws. */
  readonly verhoeff: boolean | 'NumberFormatException';
  readonly accepted_ida_1_2_plus: boolean;
  /** `valid`, or the kernel's error code and message. */
  readonly ida_1_1_5_validator: string;
}

export interface TokenVectors {
  readonly uinSalt: string;
  readonly partnerCodeSalt: string;
  /** Digits of a token. */
  readonly length: number;
  readonly idaPartner: string;
  readonly cases: readonly {
    readonly uin: string;
    readonly partnerOrPolicyId: string;
    readonly innerToken: string;
    readonly authToken: string;
  }[];
}

export interface MatchingVectors {
  readonly cases: readonly {
    readonly kind: string;
    readonly language: string;
    readonly request: string;
    readonly stored: string;
    readonly normalized_request: string;
    readonly normalized_stored: string;
    readonly match: boolean;
    readonly match_if_config_keeps_trailing_spaces?: boolean;
  }[];
}

/** What each vector holds, by its name. */
interface IdaVectors {
  readonly [original: `v${number}`]: OriginalRequestVector;
  readonly [standard: `s${number}`]: StandardRequestVector;
  readonly [refused: `n${number}`]: RefusedRequestVector;
  readonly [answer: `r${number}`]: AnswerVector;
  readonly ids: readonly IndividualIdVector[];
  readonly tokens: TokenVectors;
  readonly matching: MatchingVectors;
}

/** A vector by its name, the file's without `.json`. */
export function idaVector<Name extends keyof IdaVectors>(name: Name): IdaVectors[Name] {
  return JSON.parse(readFileSync(idaVectorPath(`${name}.json`), 'utf8')) as IdaVectors[Name];
}

/** The names of all vectors of one kind, in order. */
export function idaVectorNames<Kind extends 'v' | 's' | 'n' | 'r'>(kind: Kind): `${Kind}${number}`[] {
  const ofKind = new RegExp(`^${kind}\\d+\\.json$`);
  return readdirSync(IDA_DATA)
    .filter((file) => ofKind.test(file))
    .map((file) => file.slice(0, -'.json'.length) as `${Kind}${number}`)
    .toSorted();
}

/** Where a file of the vectors is, such as `keys/partner.crt.pem`. */
export function idaVectorPath(file: string): string {
  return fileURLToPath(new URL(file, IDA_DATA));
}
