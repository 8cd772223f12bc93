import { individualIdType } from '@mts/crypto';
import {
  AUTH_FIELDS,
  type AuthField,
  type Demographics,
  type ErrorCode,
  type ErrorDetails,
  errorText,
  type LanguageValue,
  type Person,
} from '@mts/domain';
import { formatDateOfBirth, isDateOfBirth, latestDateOfBirth } from './date-of-birth.js';
import { isUnusable, type MappedLanguageValues, type MappedRecord, type MappedText } from './mapping.js';

/** What a record must hold before IDA is asked. Every setting may be left out. */
export interface RecordRuleSettings {
  /** Besides the vid, which always is. Default: name, gender, dob, fullAddress. */
  readonly mandatoryFields?: readonly AuthField[] | undefined;
  /** ATS-REQ-002: digits, length and check digit of a UIN or VID. Default on. */
  readonly idCheck?: 'on' | 'off' | undefined;
  /** Lengths of UIN and VID where the country's differ from MOSIP's 10 and 16. */
  readonly idLengths?: Parameters<typeof individualIdType>[1];
  /** ATS-REQ-005: the value is a word, or one of `genderValues`. Default on. */
  readonly genderCheck?: 'on' | 'off' | undefined;
  /** The only values allowed, in any case of letters; then they need not be words. Default: any word. */
  readonly genderValues?: readonly string[] | undefined;
  /** ATS-REQ-007: a day of the calendar, year first. Default on. */
  readonly dobCheck?: 'on' | 'off' | undefined;
}

export type RecordCheck =
  | { readonly kind: 'valid'; readonly person: Person }
  | {
      readonly kind: 'invalid';
      readonly code: ErrorCode;
      readonly message: string;
      /** For the result row: the record's own `vid`, as it was received. */
      readonly vid: string | null;
    };

/** Rules made ready by {@link compileRules}. */
export interface RecordRules {
  readonly mandatory: ReadonlySet<AuthField>;
  readonly valueChecks: Readonly<Partial<Record<AuthField, ValueCheck>>>;
}

interface ValueCheck {
  readonly code: ErrorCode;
  readonly accepts: (value: string) => boolean;
}

interface Refusal {
  readonly code: ErrorCode;
  readonly details?: ErrorDetails;
}

const DEFAULT_MANDATORY: readonly AuthField[] = ['name', 'gender', 'dob', 'fullAddress'];

const NOT_PRESENT: Readonly<Record<AuthField, ErrorCode>> = {
  vid: 'ATS-REQ-009',
  name: 'ATS-REQ-010',
  gender: 'ATS-REQ-011',
  dob: 'ATS-REQ-012',
  phoneNumber: 'ATS-REQ-013',
  emailId: 'ATS-REQ-014',
  fullAddress: 'ATS-REQ-015',
};

/** An empty phone number or e-mail address counts as present, even where it is mandatory. */
const PRESENT_BUT_EMPTY: Readonly<Partial<Record<AuthField, ErrorCode>>> = {
  vid: 'ATS-REQ-009',
  name: 'ATS-REQ-003',
  gender: 'ATS-REQ-004',
  dob: 'ATS-REQ-006',
  fullAddress: 'ATS-REQ-008',
};

const HAS_LETTER = /\p{L}/u;
const HAS_DIGIT = /\p{Nd}/u;

/**
 * Prepares the rules once for all records of a request.
 *
 * @param now dates of birth after its day are refused
 */
export function compileRules(settings: RecordRuleSettings = {}, now: Date = new Date()): RecordRules {
  const { idLengths } = settings;
  const latest = latestDateOfBirth(now);
  const valueChecks: Partial<Record<AuthField, ValueCheck>> = {};
  if (settings.idCheck !== 'off') {
    const accepts = (value: string): boolean => individualIdType(value, idLengths) !== undefined;
    valueChecks.vid = { code: 'ATS-REQ-002', accepts };
  }
  if (settings.genderCheck !== 'off') {
    valueChecks.gender = { code: 'ATS-REQ-005', accepts: compileGenderCheck(settings.genderValues) };
  }
  if (settings.dobCheck !== 'off') {
    valueChecks.dob = { code: 'ATS-REQ-007', accepts: (value) => isDateOfBirth(value, latest) };
  }
  return { mandatory: mandatoryFieldsOf(settings), valueChecks };
}

/** What a record must hold, the vid included. */
export function mandatoryFieldsOf({
  mandatoryFields = DEFAULT_MANDATORY,
}: RecordRuleSettings): ReadonlySet<AuthField> {
  return new Set<AuthField>(['vid', ...mandatoryFields]);
}

/**
 * Whether a record can be asked of IDA. What the original refuses is looked for first and keeps the original's code,
 * in its order of fields; our own checks of the values follow, in the same order. The first one that fails decides.
 */
export function checkRecord(mapped: MappedRecord, rules: RecordRules): RecordCheck {
  const refusal = findMissing(mapped, rules) ?? findWrong(mapped, rules);
  if (refusal === undefined) return { kind: 'valid', person: toPerson(mapped) };
  const message = errorText(refusal.code, refusal.details);
  return { kind: 'invalid', code: refusal.code, message, vid: mapped.receivedVid };
}

function findMissing(mapped: MappedRecord, { mandatory }: RecordRules): Refusal | undefined {
  for (const field of AUTH_FIELDS) {
    if (!mandatory.has(field)) continue;
    const value = mapped[field];
    if (value === undefined) return { code: NOT_PRESENT[field] };
    const code = PRESENT_BUT_EMPTY[field];
    if (code !== undefined && !isUnusable(value) && value.length === 0) return { code };
  }
  return undefined;
}

function findWrong(mapped: MappedRecord, { valueChecks }: RecordRules): Refusal | undefined {
  for (const field of AUTH_FIELDS) {
    const value = mapped[field];
    if (value === undefined || value === '') continue;
    if (isUnusable(value)) return { code: 'ATS-REQ-102', details: { field, problem: value.problem } };
    const check = valueChecks[field];
    if (check === undefined) continue;
    const values = typeof value === 'string' ? [value] : value.map((one) => one.value);
    if (!values.every(check.accepts)) return { code: check.code };
  }
  const { referenceId } = mapped;
  if (!isUnusable(referenceId)) return undefined;
  return { code: 'ATS-REQ-102', details: { field: 'referenceId', problem: referenceId.problem } };
}

/** Only for what no rule refuses. The order of the keys is fixed; what is absent or empty is left out. */
function toPerson(mapped: MappedRecord): Person {
  const name = usableValues(mapped.name);
  const gender = usableValues(mapped.gender);
  const dob = usableText(mapped.dob);
  const phoneNumber = usableText(mapped.phoneNumber);
  const emailId = usableText(mapped.emailId);
  const fullAddress = usableValues(mapped.fullAddress);
  const demographics: Demographics = {
    ...(name && { name }),
    ...(gender && { gender }),
    ...(dob && { dob: formatDateOfBirth(dob) }),
    ...(phoneNumber && { phoneNumber }),
    ...(emailId && { emailId }),
    ...(fullAddress && { fullAddress }),
  };
  return { individualId: usableText(mapped.vid) ?? '', demographics };
}

function usableText(field: MappedText): string | undefined {
  return typeof field === 'string' && field !== '' ? field : undefined;
}

function usableValues(field: MappedLanguageValues): readonly LanguageValue[] | undefined {
  return field === undefined || isUnusable(field) || field.length === 0 ? undefined : field;
}

function compileGenderCheck(allowed: readonly string[] | undefined): ValueCheck['accepts'] {
  if (allowed === undefined) return (value) => HAS_LETTER.test(value) && !HAS_DIGIT.test(value);
  const values = new Set(allowed.map((value) => value.normalize('NFC').toLowerCase()));
  return (value) => values.has(value.toLowerCase());
}
