import { hasValidCheckDigit } from '../../verhoeff.js';
import { idaError, type IdaError } from '../codes.js';
import { found, NO_OBJECTION, type Check, type IdType, type Ida } from '../call.js';
import { ThrownByIda } from '../outcomes.js';
import { authToken } from '../tokens.js';

/** [cfg] `mosip.kernel.uin.length`, `mosip.kernel.vid.length`. */
const LENGTHS = { UIN: 10, VID: 16 } as const;
/** [cfg] `mosip.ida.handle-types.regex`. */
const HANDLES: readonly RegExp[] = [/^\+91[1-9][0-9]{7,9}@phone$/];

/**
 * Type and form of the id. The controller does this whatever the validator has found, and adds to it
 * (id-authentication v1.2.0.1, `AuthController.authenticateIndividual`).
 */
export const individualId: Check = {
  name: 'individualId',
  step: 22,
  run: (call, ida) => {
    const { individualId: id, individualIdType } = found(call.request, 'the message');
    const type = individualIdType ?? detectType(id ?? '');
    if (id === null || id.trim() === '') return [idaError('MISSING_INPUT_PARAMETER', 'individualId')];
    if (type === '') return [idaError('MISSING_INPUT_PARAMETER', 'individualIdType')];
    const objections = objectionsToType(type, ida);
    if (objections.length > 0) return objections;
    call.idType = type as IdType;
    return objectionsToForm(id, call.idType);
  },
};

/** Only the exact spelling is taken, though any is understood. */
function objectionsToType(type: string, { settings }: Ida): readonly IdaError[] {
  const known = ['UIN', 'VID', 'HANDLE'].find((name) => name === type.toUpperCase());
  if (known !== type) return [idaError('INVALID_INPUT_PARAMETER', 'individualIdType')];
  return settings.allowedIdTypes.includes(type) ? NO_OBJECTION : [idaError('IDENTITYTYPE_NOT_ALLOWED', type)];
}

function objectionsToForm(id: string, type: IdType): readonly IdaError[] {
  if (type === 'HANDLE' || isWellFormed(id, type)) return NO_OBJECTION;
  return [idaError(type === 'UIN' ? 'INVALID_UIN' : 'INVALID_VID')];
}

/** `IdTypeUtil.getIdType`: UIN, then VID, then handle. */
function detectType(id: string): IdType {
  if (isWellFormed(id, 'UIN')) return 'UIN';
  if (isWellFormed(id, 'VID')) return 'VID';
  if (HANDLES.some((handle) => handle.test(id))) return 'HANDLE';
  throw new ThrownByIda(idaError('INVALID_INPUT_PARAMETER', 'individualId'));
}

/** Length and check digit, no more (`IdValidationUtil`); a letter where a digit is due is a NumberFormatException. */
function isWellFormed(id: string, type: 'UIN' | 'VID'): boolean {
  if (id.length !== LENGTHS[type]) return false;
  if (!/^\d+$/.test(id)) throw new ThrownByIda(idaError('UNABLE_TO_PROCESS'));
  return hasValidCheckDigit(id);
}

/** `IdServiceImpl.getIdentity`: handles are looked up, and spoken of, as UINs. */
export const existence: Check = {
  name: 'existence',
  step: 23,
  run: (call, { population }) => {
    const individual = population.find(call.request?.individualId ?? '');
    if (individual === undefined)
      return [idaError('ID_NOT_AVAILABLE', call.idType === 'VID' ? 'VID' : 'UIN')];
    call.individual = individual;
    return NO_OBJECTION;
  },
};

export const expiry: Check = {
  name: 'expiry',
  step: 24,
  run: (call) => {
    const { person, vid } = found(call.individual, 'the individual');
    const isVidExpired = vid?.expiresAt !== undefined && new Date(vid.expiresAt) < call.now;
    if (person.deactivated !== true && !isVidExpired) return NO_OBJECTION;
    return [idaError(vid === undefined ? 'UIN_DEACTIVATED_BLOCKED' : 'VID_EXPIRED_DEACTIVATED_REVOKED')];
  },
};

/** Takes the transaction off the VID, whatever the later checks will say. */
export const vidConsumption: Check = {
  name: 'VID consumption',
  step: 25,
  run: (call, { population }) => {
    const { vid } = found(call.individual, 'the individual');
    if (vid !== undefined) population.consume(vid);
    return NO_OBJECTION;
  },
};

/** `AuthFacadeImpl.getToken`. */
export const token: Check = {
  name: 'token',
  step: 26,
  run: (call, { registration, settings }) => {
    const { person } = found(call.individual, 'the individual');
    call.token = authToken(person.uin, registration, settings.tokens);
    return NO_OBJECTION;
  },
};

/** `PartnerIdHotlistFilterImpl`, then `IndividualIdHotlistFilterImpl`. */
export const hotlist: Check = {
  name: 'hotlist',
  step: 27,
  run: (call, { registration }) => {
    if (registration.partner.isBlocked) return [idaError('IDVID_DEACTIVATED_BLOCKED', 'partnerId')];
    const { person } = found(call.individual, 'the individual');
    return person.blocked === true ? [idaError('IDVID_DEACTIVATED_BLOCKED', 'individualId')] : NO_OBJECTION;
  },
};

/** `AuthTypeLockFilterImpl`. */
export const authTypeLock: Check = {
  name: 'auth type lock',
  step: 27,
  run: (call) =>
    found(call.individual, 'the individual').person.locked === true
      ? [idaError('AUTH_TYPE_LOCKED', 'demo')]
      : NO_OBJECTION,
};
