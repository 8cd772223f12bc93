import type { JsonValue } from '@mts/domain';

/** Leaves a field or a header out. */
export const ABSENT = Symbol('absent');
export type Field = JsonValue | typeof ABSENT;

/** Path segments of another registration, named as in the configuration file under `others`. */
export const OTHERS = [
  'expiredLicenceKey',
  'blockedLicenceKey',
  'deactivatedApiKey',
  'expiredApiKey',
  'inactivePolicyApiKey',
  'demolessPolicyApiKey',
  'bioPolicyApiKey',
] as const;
export type OtherName = (typeof OTHERS)[number];

export type PathChange =
  | 'a slash at the end'
  | 'nothing but a word'
  | 'an unknown licence'
  | 'an unknown partner'
  | 'an unknown API key'
  | { readonly other: OtherName };

/** How the instants of a request are written, and how far from now they are. */
export interface Times {
  readonly outsideSeconds?: number;
  readonly insideSeconds?: number;
  readonly form?: 'offset +05:30' | 'offset +0530' | 'no fraction' | 'six digits';
}

/** How the inner part is written before it is sealed. */
export type Plaintext = 'raw UTF-8' | 'with blanks' | 'not JSON' | 'a list';

/** How the envelope differs from the usual one. */
export type EnvelopeForm =
  | 'padded'
  | 'standard alphabet'
  | 'with line breaks'
  | 'wrong padding'
  | 'nonce of 12 bytes'
  | 'nonce in front'
  | 'damaged tag'
  | 'damaged hash'
  | 'hash of something else'
  | 'hash in lower case'
  | 'hash under another key'
  | 'key for another certificate'
  | 'key wrapped with OAEP SHA-1'
  | 'key wrapped with PKCS #1 v1.5'
  | 'key of 128 bits'
  | 'thumbprint in hex'
  | 'thumbprint in lower-case hex'
  | 'thumbprint of another certificate';

/** How the signature differs from the usual one. */
export type SignatureForm =
  | 'x5c of PEM with line feeds'
  | 'x5c of PEM in base64url'
  | 'x5c with line feeds'
  | 'x5c with the chain'
  | 'x5c eight times'
  | 'no x5c'
  | 'only alg and x5c'
  | 'x5t of no certificate'
  | 'payload inside'
  | 'over another body'
  | 'by another key'
  | 'by a certificate of nobody'
  | 'by another partner'
  | 'PS256'
  | 'RS512'
  | 'not a JWS';

/** What is sent in place of the message. */
export type BodyForm = 'empty' | 'not JSON' | 'a list' | 'a blank behind, after signing';

/** What makes a call different from a well-formed one. */
export interface Changes {
  readonly path?: PathChange;
  readonly headers?: Readonly<Record<string, string | typeof ABSENT>>;
  readonly outer?: Readonly<Record<string, Field>>;
  readonly inner?: Readonly<Record<string, Field>>;
  /** The OTP that a person reads out, as the terminal asks for it. */
  readonly otp?: 'asked for';
  readonly times?: Times;
  readonly plaintext?: Plaintext;
  readonly envelope?: EnvelopeForm;
  readonly signature?: SignatureForm;
  readonly body?: BodyForm;
}
