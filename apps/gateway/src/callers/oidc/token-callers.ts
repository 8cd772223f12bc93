import { createHash } from 'node:crypto';

import { ApiError, type Caller, type Role, ROLES } from '@mts/domain';
import { errors, type JWTPayload, jwtVerify, type JWTVerifyResult } from 'jose';

import type { OidcSettings } from '../caller-settings.js';
import { type ProviderKeys, ProviderSilentError } from './provider-keys.js';

/** More than a token with a hundred roles; all headers of a call together may have twice as much. */
const TOKEN_LENGTH_MAX = 8_192;

/** The compact form of RFC 7515 section 7.1. */
const SIGNED_TOKEN = /^[^.]*\.[^.]*\.[^.]*$/;
const OTHER_KIND =
  'this access token is no signed JWT; opaque and encrypted ones cannot be checked here, so have the provider issue a JWT';

/** Of access tokens: none, the general one, and that of RFC 9068 section 2.1. Others are made for something else (logout+jwt …). */
const TOKEN_TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/** When to ask again after the provider was silent; the keys are asked for no more often. */
const RETRY_AFTER_SECONDS = 10;

/** Callers that have an access token of the configured provider. */
export class TokenCallers {
  constructor(
    private readonly settings: OidcSettings,
    private readonly keys: Pick<ProviderKeys, 'find'>,
  ) {}

  /**
   * Undefined for what is no token of the provider.
   *
   * @throws ApiError MTS-AUTH-001 for one that is, but not a valid one for us; MTS-AUTH-003 when that cannot be told
   */
  async identify(text: string): Promise<Caller | undefined> {
    if (text.length > TOKEN_LENGTH_MAX) return undefined;
    if (!SIGNED_TOKEN.test(text)) throw new ApiError('MTS-AUTH-001', { problem: OTHER_KIND });
    const verified = await this.verify(text);
    if (verified === undefined) return undefined;
    const { payload, protectedHeader } = verified;
    // jose promises texts, and takes whatever was signed.
    const [typ, sub]: readonly unknown[] = [protectedHeader.typ ?? 'JWT', payload.sub];
    const isAccessToken = typeof typ === 'string' && TOKEN_TYPES.has(typ.toLowerCase());
    // `cnf` binds a token to a key of its holder (RFC 7800), which nobody has proved here.
    if (!isAccessToken || payload['cnf'] !== undefined) return undefined;
    if (typeof sub !== 'string' || sub === '') return undefined;
    const owner = `oidc:${subjectHash(this.settings.issuer, sub)}`;
    return { owner, name: owner, roles: this.rolesIn(payload) };
  }

  private async verify(text: string): Promise<JWTVerifyResult | undefined> {
    const { issuer, audience, algorithms, clockToleranceSeconds } = this.settings;
    try {
      return await jwtVerify(text, this.keys.find, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['exp', 'sub'],
      });
    } catch (error) {
      if (error instanceof ProviderSilentError) {
        throw new ApiError('MTS-AUTH-003', { retryAfterSeconds: RETRY_AFTER_SECONDS });
      }
      if (error instanceof errors.JWTExpired) {
        throw new ApiError('MTS-AUTH-001', { problem: 'the access token has expired; get a new one' });
      }
      if (error instanceof errors.JWTClaimValidationFailed) throw wrongClaim(error.claim);
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  private rolesIn(payload: JWTPayload): ReadonlySet<Role> {
    const claim = claimAt(payload, this.settings.rolesClaim);
    const given: readonly unknown[] =
      typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
    return new Set(ROLES.filter((role) => given.includes(`${this.settings.rolePrefix}${role}`)));
  }
}

/** The signature was right, so whoever reads this has got the token from the provider. */
function wrongClaim(claim: string): ApiError {
  const name = ['iss', 'aud', 'nbf', 'exp', 'sub'].find((one) => one === claim);
  return new ApiError('MTS-AUTH-001', {
    problem: `the access token is not for this service${name ? ` (${name})` : ''}`,
  });
}

/** A name with dots in it goes before a path. */
function claimAt(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  return path.split('.').reduce<unknown>((value, name) => {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isObject ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  }, payload);
}

/** A subject can be a name or an e-mail address: neither is kept. Two issuers may have the same subject. */
function subjectHash(issuer: string, subject: string): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url');
}
