import { isDemographicAuth, isScalar, readDemographics } from '../../matching/demographics.js';
import { idaError } from '../codes.js';
import { NO_OBJECTION, type AuthRequest, type Check, type RequestBlock } from '../call.js';
import type { Factor } from '../registration.js';

/**
 * Message and decrypted block, read as Jackson reads them into `AuthRequestDTO`; what it refuses cannot be processed
 * (id-authentication v1.2.0.1, `IdAuthFilter.checkAllowedAuthTypeBasedOnPolicy`).
 */
export const readable: Check = {
  name: 'message readable',
  step: 10,
  run: (call) => {
    const block = call.requestJson && readBlock(call.requestJson);
    const request = block === 'unreadable' ? undefined : readMessage(call.body, block);
    if (request === undefined) return [idaError('UNABLE_TO_PROCESS')];
    call.request = request;
    return NO_OBJECTION;
  },
};

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

function readBlock(json: Readonly<Record<string, unknown>>): RequestBlock | 'unreadable' {
  const demographics = readDemographics(json['demographics']);
  const [timestamp, otp, pin] = [json['timestamp'], json['otp'], json['staticPin']].map(readText);
  const biometrics = json['biometrics'] ?? [];
  if (!demographics || timestamp === undefined || otp === undefined || pin === undefined) return 'unreadable';
  if (!Array.isArray(biometrics)) return 'unreadable';
  const given: Readonly<Record<Factor, boolean>> = {
    demo: isDemographicAuth(demographics),
    bio: false, // The check of biometrics lets none through.
    pin: Boolean(pin),
    otp: Boolean(otp),
  };
  const factors = (Object.keys(given) as Factor[]).filter((factor) => given[factor]);
  return { timestamp, demographics, factors };
}

function readText(json: unknown): string | null | undefined {
  if (json === undefined || json === null) return null;
  return isScalar(json) ? String(json) : undefined;
}

function readBoolean(json: unknown): boolean | undefined {
  if (json === undefined || json === null || json === '') return false;
  if (typeof json === 'number') return json !== 0;
  const text = isScalar(json) ? String(json).toLowerCase() : '';
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}
