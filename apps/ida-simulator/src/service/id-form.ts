import { hasValidCheckDigit } from '../verhoeff.js';
import { idaError } from './codes.js';
import { ThrownByIda } from './outcomes.js';
import type { IdTypeName, Profile } from './profiles.js';

/** [cfg] `mosip.kernel.uin.length`, `mosip.kernel.vid.length`. */
const LENGTHS = { UIN: 10, VID: 16 } as const;
/** [cfg] `mosip.ida.handle-types.regex`. */
const HANDLES: readonly RegExp[] = [/^\+91[1-9][0-9]{7,9}@phone$/];

type NumberType = keyof typeof LENGTHS;

/**
 * The type that an id is taken for if the call names none: UIN, then VID, then handle; in 1.1.5, at last, a user id
 * (`IdTypeUtil.getIdType`).
 * @throws ThrownByIda if it is none of them
 */
export function typeOfId(id: string, profile: Profile): IdTypeName {
  const number = (['UIN', 'VID'] as const).find((type) => isNumberOf(type, id, profile));
  if (number !== undefined) return number;
  if (profile.idTypes.includes('HANDLE') && HANDLES.some((handle) => handle.test(id))) return 'HANDLE';
  if (profile.idTypes.includes('USERID')) return 'USERID';
  throw new ThrownByIda(idaError('INVALID_INPUT_PARAMETER', 'individualId'));
}

function isNumberOf(type: NumberType, id: string, profile: Profile): boolean {
  if (profile.letterInId === 'of no known form' && !/^\d*$/.test(id)) return false;
  return isWellFormed(type, id, profile);
}

/** Whether an id has the form that its type demands; handles and user ids can look as they like. */
export function hasFormOf(type: IdTypeName, id: string, profile: Profile): boolean {
  return type === 'HANDLE' || type === 'USERID' || isWellFormed(type, id, profile);
}

function isWellFormed(type: NumberType, id: string, profile: Profile): boolean {
  return profile.idForm === 'kernel validators' ? isKernelId(type, id) : isChecksumId(type, id);
}

/** `IdValidationUtil`, from 1.2.0 on; a letter where a digit is due is a NumberFormatException. */
function isChecksumId(type: NumberType, id: string): boolean {
  if (id.length !== LENGTHS[type]) return false;
  if (!/^\d+$/.test(id)) throw new ThrownByIda(idaError('UNABLE_TO_PROCESS'));
  return hasValidCheckDigit(id);
}

/** A digit that comes again after one other, or right away: [cfg] `mosip.kernel.*.length.repeating-limit`. */
const REPEATED_DIGIT = /(\d)\d{0,1}\1/;
/** Two digits or more that come again: [cfg] `repeating-block-limit`. */
const REPEATED_BLOCK = /(\d{2,}).*?\1/;
/** [cfg] `mosip.kernel.uin.length.conjugative-even-digits-limit`. */
const EVEN_DIGITS = /[2468]{3}/;
/** [cfg] `mosip.kernel.*.length.sequence-limit`. */
const SEQUENCE_LENGTH = 3;
/** [cfg] `mosip.kernel.*.restricted-numbers`. */
const RESTRICTED = ['786', '666'];
/** [cfg] `mosip.kernel.uin.length.digits-limit` and `reverse-digits-limit`. */
const HALF = 5;

/** commons v1.1.5.5, `UinValidatorImpl` and `VidValidatorImpl`: the rules by which the ids themselves are generated. */
function isKernelId(type: NumberType, id: string): boolean {
  if (id.length !== LENGTHS[type] || !/^\d+$/.test(id) || /^[01]/.test(id)) return false;
  if (hasSequence(id) || REPEATED_DIGIT.test(id) || REPEATED_BLOCK.test(id)) return false;
  if (RESTRICTED.some((number) => id.includes(number)) || !hasValidCheckDigit(id)) return false;
  return type === 'VID' || !(EVEN_DIGITS.test(id) || hasMirroredHalves(id));
}

function hasSequence(id: string): boolean {
  return Array.from({ length: id.length - SEQUENCE_LENGTH + 1 }, (_unused, index) =>
    id.slice(index, index + SEQUENCE_LENGTH),
  ).some((part) => '0123456789'.includes(part) || '9876543210'.includes(part));
}

function hasMirroredHalves(id: string): boolean {
  const [first, last] = [id.slice(0, HALF), id.slice(-HALF)];
  return first === last || first === last.split('').toReversed().join('');
}
