import { isDemographicAuth, isScalar, readDemographics } from '../../matching/demographics.js';
import type { DemographicRules } from '../../matching/rules.js';
import { found, NO_OBJECTION, type AuthRequest, type Call, type Check, type RequestBlock } from '../call.js';
import { idaError } from '../codes.js';
import { UncaughtInIda } from '../outcomes.js';
import type { Factor } from '../registration.js';
import { isSealed } from './envelope.js';

/**
 * Message and decrypted block, read as Jackson reads them into `AuthRequestDTO`; what it refuses cannot be processed
 * (id-authentication v1.2.0.1, `IdAuthFilter.checkAllowedAuthTypeBasedOnPolicy`).
 */
export const readable: Check = {
  name: 'message readable',
  step: 13,
  run: (call, { profile }) => {
    const requested = profile.factors === 'requestedAuth' ? requestedFactors(call.body) : undefined;
    const json = isSealed(call) ? found(call.requestJson, 'the request block') : undefined;
    const block = json && readBlock(json, profile.demographics, requested);
    const request = block === 'unreadable' ? undefined : readMessage(call.body, block);
    if (request === undefined) return [idaError('UNABLE_TO_PROCESS')];
    call.request = request;
    return NO_OBJECTION;
  },
};

/** In the order in which the policy is asked about them. */
const FACTORS: readonly Factor[] = ['demo', 'bio', 'pin', 'otp'];

const TEXTS = [
  'individualId',
  'individualIdType',
  'transactionID',
  'requestTime',
  'domainUri',
  'env',
] as const;

function readMessage(
  body: Readonly<Record<string, unknown>>,
  block: RequestBlock | undefined,
): AuthRequest | undefined {
  const texts = TEXTS.map((name) => [name, readText(body[name])] as const);
  const consentObtained = readBoolean(body['consentObtained']);
  if (consentObtained === undefined || texts.some(([, text]) => text === undefined)) return undefined;
  return {
    ...(Object.fromEntries(texts) as Record<(typeof TEXTS)[number], string | null>),
    consentObtained,
    block,
  };
}

/** The flags of `requestedAuth`: IDA takes the object for granted. */
function requestedFactors({ requestedAuth }: Call['body']): readonly Factor[] | 'unreadable' {
  if (requestedAuth === undefined || requestedAuth === null) throw new UncaughtInIda('no requestedAuth');
  if (typeof requestedAuth !== 'object' || Array.isArray(requestedAuth)) return 'unreadable';
  const flags = FACTORS.map((factor) => readBoolean((requestedAuth as Record<string, unknown>)[factor]));
  return flags.includes(undefined) ? 'unreadable' : FACTORS.filter((_factor, index) => flags[index] === true);
}

function readBlock(
  json: Readonly<Record<string, unknown>>,
  rules: DemographicRules,
  requested: readonly Factor[] | 'unreadable' | undefined,
): RequestBlock | 'unreadable' {
  if (requested === 'unreadable') return 'unreadable';
  const demographics = readDemographics(json['demographics'], rules);
  const [timestamp, otp, pin] = [json['timestamp'], json['otp'], json['staticPin']].map(readText);
  const biometrics = json['biometrics'] ?? [];
  if (!demographics || timestamp === undefined || otp === undefined || pin === undefined) return 'unreadable';
  if (!Array.isArray(biometrics)) return 'unreadable';
  const given: Readonly<Record<Factor, boolean>> = {
    demo: isDemographicAuth(demographics),
    bio: biometrics.length > 0,
    pin: Boolean(pin),
    otp: Boolean(otp),
  };
  const factors = requested ?? FACTORS.filter((factor) => given[factor]);
  return { timestamp, demographics, factors, otp };
}

export function readText(json: unknown): string | null | undefined {
  if (json === undefined || json === null) return null;
  return isScalar(json) ? String(json) : undefined;
}

function readBoolean(json: unknown): boolean | undefined {
  if (json === undefined || json === null || json === '') return false;
  if (typeof json === 'number') return json !== 0;
  const text = isScalar(json) ? String(json).toLowerCase() : '';
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}
