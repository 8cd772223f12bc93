import { idaError, type CodeName, type IdaError } from '../codes.js';
import type { Registration } from '../registration.js';

/** Whom a call claims to come from. */
export interface Credentials {
  readonly licenceKey: string;
  readonly partnerId: string;
  readonly apiKey: string;
}

/**
 * Until 1.1.5 IDA asks partner management (1.1.5.4, `PartnerManagementServiceImpl.getPartnerMappedPolicyFile`), which
 * looks at partner, MISP, API key and policy in this order and knows no beginning of a period; its codes are translated
 * by id-authentication v1.1.5.5, `PartnerServiceManager.getMatchingErrorCodes`. The exception of the call itself is the
 * cause of what comes of it, and causes are answered too (commons v1.1.5.5, `BaseCheckedException`).
 */
export function objectionsOfPartnerManagement(
  registration: Registration,
  given: Credentials,
  now: Date,
): readonly IdaError[] {
  const objection = objectionTo(registration, given, now);
  return objection === undefined ? [] : [idaError(objection), idaError('CLIENT_ERROR')];
}

function objectionTo(
  { partner, misp, apiKey, policy }: Registration,
  given: Credentials,
  now: Date,
): CodeName | undefined {
  if (given.partnerId !== partner.id || partner.status === 'DELETED') return 'PARTNER_NOT_REGISTERED';
  if (partner.status === 'INACTIVE') return 'PARTNER_DEACTIVATED';
  if (given.licenceKey !== misp.licenceKey || misp.status === 'DELETED') return 'INVALID_LICENSEKEY';
  if (misp.status === 'INACTIVE') return 'LICENSEKEY_SUSPENDED';
  if (misp.period.to < now) return 'LICENSEKEY_EXPIRED';
  if (given.apiKey !== apiKey.key || apiKey.status === 'DELETED') return 'PARTNER_POLICY_NOTMAPPED';
  if (apiKey.status === 'INACTIVE') return 'PARTNER_POLICY_NOT_ACTIVE';
  if (apiKey.period.to < now) return 'INVALID_POLICY_ID';
  if (policy.status === 'DELETED') return 'PARTNER_POLICY_NOTMAPPED';
  if (policy.status === 'INACTIVE') return 'PARTNER_POLICY_NOT_ACTIVE';
  return policy.period.to < now ? 'INVALID_POLICY_ID' : undefined;
}
