import { type JsonValue, type LanguageValue, type ReceivedRecord, isList, isObject } from '@mts/domain';
import { CHARACTERS_MAX, Looks, LOOKS_MAX } from './looks.js';
import { compileLookup, type Lookup, ownValue } from './path.js';
import { cleanText, isTransmissible } from './text.js';

/** Which field of a record holds what, as callers send it. A field that is left out keeps its default name. */
export interface Mapping {
  readonly vid?: string | undefined;
  readonly name?: readonly string[] | undefined;
  readonly gender?: string | undefined;
  readonly dob?: string | undefined;
  readonly phoneNumber?: string | undefined;
  readonly emailId?: string | undefined;
  readonly fullAddress?: readonly string[] | undefined;
  readonly referenceId?: string | undefined;
}

export interface MappingOptions {
  /** Language of plain texts, ISO 639-2/3 as MOSIP is configured. Default `eng`; empty counts as not given. */
  readonly language?: string | undefined;
  /** Between the parts of a name. Default: a blank. */
  readonly nameDelimiter?: string | undefined;
  /** Between the parts of an address. Default: `, `. */
  readonly fullAddressDelimiter?: string | undefined;
}

/** The field holds something that is no text; the problem says what was expected, never what was found. */
export interface Unusable {
  readonly problem: string;
}

/** Undefined: not present. The empty text: present, but empty. Else clean text. */
export type MappedText = string | undefined | Unusable;

/** Undefined: not present. The empty list: present, but empty. Else one clean value per language. */
export type MappedLanguageValues = readonly LanguageValue[] | undefined | Unusable;

/** A record after mapping, before it is known to be usable. */
export interface MappedRecord {
  /** The record's own field `vid`, mapped or not: what a result row shows of a record that is refused. */
  readonly receivedVid: string | null;
  readonly vid: MappedText;
  readonly name: MappedLanguageValues;
  readonly gender: MappedLanguageValues;
  readonly dob: MappedText;
  readonly phoneNumber: MappedText;
  readonly emailId: MappedText;
  readonly fullAddress: MappedLanguageValues;
  /** The caller's own id of the record: given back just as it was received, and never sent to IDA. */
  readonly referenceId: MappedText;
}

export type Mapper = (record: ReceivedRecord) => MappedRecord;

const DEFAULT_LANGUAGE = 'eng';
/** Longer than any key of a registry, and too short for a document. In UTF-16 code units. */
export const REFERENCE_LENGTH_MAX = 128;
const CONTROL = /\p{Cc}/u;
const NO_TEXT: Unusable = { problem: 'a text is expected' };
const NOT_TRANSMISSIBLE: Unusable = { problem: 'it holds characters that no text can hold' };
const NOT_AN_ID: Unusable = {
  problem: `at most ${String(REFERENCE_LENGTH_MAX)} characters are expected, none of them a control character`,
};
const TOO_MUCH: Unusable = {
  problem: `for it and the fields before it the mapping would look at more than ${String(LOOKS_MAX)} values or ${String(CHARACTERS_MAX)} characters of this record`,
};
const LANGUAGE_TWICE: Unusable = { problem: 'it has two values in one language' };

/**
 * Prepares a mapping once for all records of a request. How much of a record is read is limited, see {@link Looks}: the
 * fields that are left then are unusable.
 */
export function compileMapping(mapping: Mapping = {}, options: MappingOptions = {}): Mapper {
  const language = options.language || DEFAULT_LANGUAGE;
  const vid = compileText(mapping.vid ?? 'vid');
  const name = compileParts(mapping.name ?? ['name'], options.nameDelimiter ?? ' ', language);
  const gender = compileLanguageValues(mapping.gender ?? 'gender', language);
  const dob = compileText(mapping.dob ?? 'dob');
  const phoneNumber = compileText(mapping.phoneNumber ?? 'phoneNumber');
  const emailId = compileText(mapping.emailId ?? 'emailId');
  const fullAddress = compileParts(
    mapping.fullAddress ?? ['fullAddress'],
    options.fullAddressDelimiter ?? ', ',
    language,
  );
  const referenceId = compileReference(mapping.referenceId ?? 'referenceId');
  return (record) => {
    const looks = new Looks();
    return {
      receivedVid: receivedVid(record),
      vid: vid(record, looks),
      name: name(record, looks),
      gender: gender(record, looks),
      dob: dob(record, looks),
      phoneNumber: phoneNumber(record, looks),
      emailId: emailId(record, looks),
      fullAddress: fullAddress(record, looks),
      referenceId: referenceId(record, looks),
    };
  };
}

type Reader<Field> = (record: ReceivedRecord, looks: Looks) => Field;

/** Whatever was found of a field before the looks were used up is not the whole of it. */
function withinLooks<Field>(read: Reader<Field>): Reader<Field | Unusable> {
  return (record, looks) => {
    const field = read(record, looks);
    return looks.areUsedUp ? TOO_MUCH : field;
  };
}

function compileText(entry: string): Reader<MappedText> {
  const lookup = compileLookup(entry);
  return withinLooks((record, looks) => readText(lookup(record, looks), looks));
}

function compileReference(entry: string): Reader<MappedText> {
  const lookup = compileLookup(entry);
  return withinLooks((record, looks) => readReference(lookup(record, looks)));
}

function compileLanguageValues(entry: string, language: string): Reader<MappedLanguageValues> {
  const lookup = compileLookup(entry);
  return withinLooks((record, looks) => readLanguageValues(lookup(record, looks), language, looks));
}

function compileParts(
  entries: readonly string[],
  delimiter: string,
  language: string,
): Reader<MappedLanguageValues> {
  const [only, ...others] = entries;
  if (only !== undefined && others.length === 0) return compileLanguageValues(only, language);
  const parts = entries.map(compileLookup);
  return withinLooks((record, looks) => joinParts(record, parts, delimiter, language, looks));
}

export function isUnusable(field: MappedText | MappedLanguageValues): field is Unusable {
  return typeof field === 'object' && 'problem' in field;
}

function receivedVid(record: ReceivedRecord): string | null {
  const vid = ownValue(record, 'vid');
  return typeof vid === 'string' || typeof vid === 'number' ? String(vid) : null;
}

/** `false` is how Odoo writes an empty field; like null it means that there is none. */
function readText(value: JsonValue | undefined, looks: Looks): MappedText {
  if (value === undefined || value === null || value === false) return undefined;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return NO_TEXT;
  if (!looks.takeText(value)) return TOO_MUCH;
  return isTransmissible(value) ? cleanText(value) : NOT_TRANSMISSIBLE;
}

/** Unlike what is compared with others: nothing is cut off or composed anew. */
function readReference(value: JsonValue | undefined): MappedText {
  if (value === undefined || value === null || value === false || value === '') return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') return NO_TEXT;
  const text = String(value);
  return text.length <= REFERENCE_LENGTH_MAX && text.isWellFormed() && !CONTROL.test(text) ? text : NOT_AN_ID;
}

/** Parts that are absent or empty are skipped; the field is absent only if every part is. */
function joinParts(
  record: ReceivedRecord,
  parts: readonly Lookup[],
  delimiter: string,
  defaultLanguage: string,
  looks: Looks,
): MappedLanguageValues {
  let isPresent = false;
  const byLanguage = new Map<string, string>();
  for (const part of parts) {
    const values = readLanguageValues(part(record, looks), defaultLanguage, looks);
    if (values === undefined) continue;
    if (isUnusable(values)) return values;
    isPresent = true;
    for (const { language, value } of values) {
      const before = byLanguage.get(language);
      byLanguage.set(language, before === undefined ? value : `${before}${delimiter}${value}`);
    }
  }
  return isPresent ? Array.from(byLanguage, ([language, value]) => ({ language, value })) : undefined;
}

/** A plain text stands in the request's language; MOSIP's own form, `[{language, value}]`, names its languages. */
function readLanguageValues(
  value: JsonValue | undefined,
  language: string,
  looks: Looks,
): MappedLanguageValues {
  if (isList(value)) return readLanguageList(value, language, looks);
  const text = readText(value, looks);
  if (text === undefined || isUnusable(text)) return text;
  return text === '' ? [] : [{ language, value: text }];
}

function readLanguageList(
  entries: readonly JsonValue[],
  defaultLanguage: string,
  looks: Looks,
): MappedLanguageValues {
  const values: LanguageValue[] = [];
  for (const entry of entries) {
    if (!looks.take()) return TOO_MUCH;
    if (!isObject(entry)) return NO_TEXT;
    const language = readText(ownValue(entry, 'language'), looks);
    const value = readText(ownValue(entry, 'value'), looks);
    if (isUnusable(language)) return language;
    if (isUnusable(value)) return value;
    if (!value) continue;
    values.push({ language: language || defaultLanguage, value });
  }
  // IDA refuses two values in one language; joining them would make up a name.
  const languages = new Set(values.map(({ language }) => language));
  return languages.size === values.length ? values : LANGUAGE_TWICE;
}
