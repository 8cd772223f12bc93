import { parseDateOfBirth } from '../../matching/java-dates.js';
import type { Found } from '../../population/population.js';
import { found, NO_OBJECTION, type Check, type Ida } from '../call.js';
import { idaError, type IdaError } from '../codes.js';
import { hasFormOf, typeOfId } from '../id-form.js';
import type { IdTypeName } from '../profiles.js';
import { authToken } from '../tokens.js';

/**
 * Type and form of the id. The controller does this whatever the validator has found, and adds to it
 * (id-authentication v1.2.0.1, `AuthController.authenticateIndividual`).
 */
export const individualId: Check = {
  name: 'individualId',
  step: 22,
  run: (call, ida) => {
    const { individualId: id, individualIdType } = found(call.request, 'the message');
    const type = individualIdType ?? typeOfId(id ?? '', ida.profile);
    if (id === null || id.trim() === '') return [idaError('MISSING_INPUT_PARAMETER', 'individualId')];
    if (type === '') return [idaError('MISSING_INPUT_PARAMETER', 'individualIdType')];
    const objections = objectionsToType(type, ida);
    if (objections.length > 0) return objections;
    call.idType = type as IdTypeName;
    return hasFormOf(call.idType, id, ida.profile)
      ? NO_OBJECTION
      : [idaError(call.idType === 'UIN' ? 'INVALID_UIN' : 'INVALID_VID')];
  },
};

/** Only the exact spelling is taken, though any is understood. */
function objectionsToType(type: string, { settings, profile }: Ida): readonly IdaError[] {
  if (!profile.idTypes.some((name) => name === type)) {
    return [idaError('INVALID_INPUT_PARAMETER', 'individualIdType')];
  }
  const allowed: readonly string[] = settings.allowedIdTypes ?? profile.allowedIdTypes;
  return allowed.includes(type) ? NO_OBJECTION : [idaError('IDENTITYTYPE_NOT_ALLOWED', type)];
}

/** A person by any id that IDA still has. */
export function lookUp(id: string, { population, steering }: Ida): Found | undefined {
  return steering.removedVids.has(id) ? undefined : population.find(id);
}

/**
 * `IdServiceImpl.getIdentity`. From 1.2.0.1 on the hash of the id is looked up first, and what is not found is spoken of
 * by its form, if it has any (`IdAuthSecurityManager.hash`).
 */
export const existence: Check = {
  name: 'existence',
  step: 23,
  run: (call, ida) => {
    const id = call.request?.individualId ?? '';
    const individual = lookUp(id, ida);
    if (individual === undefined) {
      const hasFormsName = ida.profile.unknownIdSpokenOfAs === 'its form';
      const type = hasFormsName ? typeOfId(id, ida.profile) : found(call.idType, 'the type of the id');
      return [idaError('ID_NOT_AVAILABLE', type)];
    }
    call.individual = individual;
    return NO_OBJECTION;
  },
};

/**
 * What expired, was revoked or deactivated, as long as IDA has it: `expiryTimestamp` of the id's own row is the only
 * thing that is looked at, so a VID of a deactivated UIN is spoken of as a VID (`IdServiceImpl.getIdentity`, all versions;
 * IDA-MLC-003 and IDA-MLC-010 are raised nowhere on this path).
 */
export const expiry: Check = {
  name: 'expiry',
  step: 24,
  run: (call, { steering }) => {
    const { person, vid } = found(call.individual, 'the individual');
    if (vid === undefined) {
      return person.deactivated === true ? [idaError('UIN_DEACTIVATED_BLOCKED')] : NO_OBJECTION;
    }
    const isExpired = vid.expiresAt !== undefined && new Date(vid.expiresAt) < call.now;
    const isRevoked = vid.revoked === true || steering.revokedVids.has(vid.vid);
    return person.deactivated === true || isExpired || isRevoked
      ? [idaError('VID_EXPIRED_DEACTIVATED_REVOKED')]
      : NO_OBJECTION;
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
    const isGiven = settings.tokenInAnswer === 'given';
    call.token = isGiven ? authToken(person.uin, registration, settings.tokens) : null;
    return NO_OBJECTION;
  },
};

/** `PartnerIdHotlistFilterImpl`, then `IndividualIdHotlistFilterImpl`. */
export const hotlist: Check = {
  name: 'hotlist',
  step: 27,
  run: (call, { registration, profile }) => {
    if (profile.hotlists === 'unknown') return NO_OBJECTION;
    if (registration.partner.isBlocked) return [idaError('IDVID_DEACTIVATED_BLOCKED', 'partnerId')];
    const { person } = found(call.individual, 'the individual');
    return person.blocked === true ? [idaError('IDVID_DEACTIVATED_BLOCKED', 'individualId')] : NO_OBJECTION;
  },
};

/** [cfg] `ida.child-auth-filter.date-of-birth.attribute.name`. */
const DATE_OF_BIRTH = 'dateOfBirth';
/** In this order, whatever that of the setting (`ChildAuthFilterImpl.checkDeniedFactorsForChild`). */
const CHILD_FACTORS = ['otp', 'demo', 'bio'] as const;

/**
 * Refuses some factors to children; by default OTPs and biometrics, never demographics. It reads everybody's date of birth
 * for that (id-authentication v1.3.0, `ChildAuthFilterImpl`).
 */
export const childAge: Check = {
  name: 'child age',
  step: 27,
  run: (call, { profile, settings }) => {
    if (profile.childFilter === 'unknown') return NO_OBJECTION;
    const stored = found(call.individual, 'the individual').person.identity[DATE_OF_BIRTH];
    const text = typeof stored === 'string' ? stored : stored?.[0]?.value;
    if (text === undefined || text.trim() === '') return [idaError('ID_NOT_AVAILABLE', DATE_OF_BIRTH)];
    const bornOnDay = parseDateOfBirth(text);
    if (bornOnDay === undefined) return [idaError('UNREADABLE_DATE_OF_BIRTH', DATE_OF_BIRTH)];
    if (!isChild(bornOnDay, settings.child.maxAgeYears, call.now)) return NO_OBJECTION;
    const denied = CHILD_FACTORS.find(
      (factor) =>
        settings.child.deniedFactors.includes(factor) &&
        call.request?.block?.factors.includes(factor) === true,
    );
    return denied === undefined ? NO_OBJECTION : [idaError('AUTH_TYPE_NOT_SUPPORTED_FOR_CHILD', denied)];
  },
};

const MS_PER_DAY = 24 * 3_600_000;

/** Until the day before the birthday on which that age is reached. */
function isChild(bornOnDay: number, maxAgeYears: number, now: Date): boolean {
  const birthday = new Date(bornOnDay * MS_PER_DAY);
  birthday.setUTCFullYear(birthday.getUTCFullYear() + maxAgeYears);
  return birthday.getTime() > now.getTime();
}

/** `AuthTypeLockFilterImpl`. */
export const authTypeLock: Check = {
  name: 'auth type lock',
  step: 27,
  run: ({ individual, request }) => {
    const isDemographic = request?.block?.factors.includes('demo') === true;
    return isDemographic && found(individual, 'the individual').person.locked === true
      ? [idaError('AUTH_TYPE_LOCKED', 'demo')]
      : NO_OBJECTION;
  },
};
