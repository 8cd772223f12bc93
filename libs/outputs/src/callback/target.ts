import type { KeyObject } from 'node:crypto';

import { RecordSealer } from '@mts/crypto';

/** With a body in each, also in GET, to which few receivers look there (RFC 9110, 9.3.1): the original sends it so. */
export const CALLBACK_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const;
export type CallbackMethod = (typeof CALLBACK_METHODS)[number];

/** Rows of all records, or of those with a Token ID alone. */
export const DELIVERED_RECORDS = ['all', 'successes'] as const;

export type Headers = Readonly<Record<string, string>>;

export interface OdooLogin {
  readonly kind: 'odoo';
  /** `…/web/session/authenticate`; the log-out is its neighbour. */
  readonly authUrl: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly extraHeaders: Headers;
}

/** With a user name it is the password grant, else that of client credentials (RFC 6749, 4.3 and 4.4). */
export interface OAuthLogin {
  readonly kind: 'oauth';
  /** The token endpoint. */
  readonly authUrl: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly extraHeaders: Headers;
}

export type CallbackLogin =
  | { readonly kind: 'none' }
  | { readonly kind: 'staticBearer'; readonly token: string }
  | OdooLogin
  | OAuthLogin;

/** Where a caller wants results delivered, and how. Holds credentials: sealed at rest, never shown. */
export interface CallbackTarget {
  readonly url: string;
  readonly method: CallbackMethod;
  /** They win over every header of ours but the signature. */
  readonly extraHeaders: Headers;
  /** How long a connection, and then silence, may last; see longestCallMs for what lasts longest. */
  readonly timeoutSeconds: number;
  /** All rows in one call, instead of one call per record. */
  readonly inBulk: boolean;
  /** Of a CSV file: the name of its part, and the file's name in it. */
  readonly fileName: string;
  readonly login: CallbackLogin;
  /** `whsec_…`: calls are signed with it, see webhookHeaders. */
  readonly signingSecret?: string | undefined;
  readonly deliver: (typeof DELIVERED_RECORDS)[number];
}

/** Line 0 stands for the request itself. */
const place = (requestId: string) => ({ table: 'delivery', column: 'sealed_target', requestId, line: 0 });

export function sealCallbackTarget(requestId: string, target: CallbackTarget, resultsKey: KeyObject): Buffer {
  return new RecordSealer(resultsKey).seal(place(requestId), Buffer.from(JSON.stringify(target)));
}

/** @throws SealBrokenError */
export function openCallbackTarget(requestId: string, sealed: Buffer, resultsKey: KeyObject): CallbackTarget {
  return JSON.parse(new RecordSealer(resultsKey).open(place(requestId), sealed).toString()) as CallbackTarget;
}
