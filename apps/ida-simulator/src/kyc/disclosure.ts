import { ATTRIBUTES, type Attribute } from '../matching/attributes.js';
import { ageInYears, parseDateOfBirth } from '../matching/java-dates.js';
import type { Identity } from '../population/person.js';
import { allowedTexts, isIn, isMultiLanguage, type StoredText, type Texts } from './stored-texts.js';

/** What is to be disclosed, and how. */
export interface Disclosure {
  /** Attributes by the names of the identity itself: `allowedKycAttributes` of the policy. */
  readonly attributes: readonly string[];
  readonly languages: readonly string[];
  /** Further names of the request, and the attributes that stand for them. */
  readonly dynamicAttributes: Readonly<Record<string, readonly string[]>>;
  readonly fullAddressSeparator: string;
  readonly today: Date;
}

/**
 * The identity as IDA 1.2 and later hand it out: under the names of the request, with the language behind them where an
 * attribute is stored for each (`name_eng`, `dob`). An attribute without a name of that kind keeps its own
 * (id-authentication v1.2.0.1, `KycServiceImpl.getKycInfo`).
 */
export function disclosedIdentity(
  identity: Identity,
  disclosure: Disclosure,
): Readonly<Record<string, string>> {
  const texts = allowedTexts(identity, disclosure.attributes, disclosure.languages);
  return Object.fromEntries(disclosure.attributes.flatMap((name) => entriesOf(name, texts, disclosure)));
}

type Entry = readonly [name: string, value: string];

function entriesOf(allowed: string, texts: Texts, disclosure: Disclosure): readonly Entry[] {
  const name = requestName(allowed, disclosure);
  const attribute = ATTRIBUTES.find((known) => known.name === name);
  const known = attribute === undefined ? [] : knownEntries(attribute, texts, disclosure);
  return known.length > 0 ? known : dynamicEntries(name, texts, disclosure);
}

/**
 * A name of the request stays; one of the identity is turned into the first that stands for it (`getIdNameForMapping`).
 */
function requestName(allowed: string, { dynamicAttributes }: Disclosure): string {
  if (ATTRIBUTES.some(({ name }) => name === allowed) || allowed in dynamicAttributes) return allowed;
  return ATTRIBUTES.find(({ storedAs }) => storedAs.includes(allowed))?.name ?? allowed;
}

function knownEntries(attribute: Attribute, texts: Texts, disclosure: Disclosure): readonly Entry[] {
  const separator = attribute.name === 'fullAddress' ? disclosure.fullAddressSeparator : ' ';
  const valueIn = (language?: string): string =>
    partsOf(attribute.storedAs, texts, language, isMultiLanguage).join(separator);
  if (attribute.languages === 'each') {
    return disclosure.languages
      .map((language) => [`${attribute.name}_${language}`, valueIn(language)] as const)
      .filter(([, value]) => value !== '');
  }
  const value = attribute.comparison === 'age' ? ageOf(valueIn(), disclosure.today) : valueIn();
  return value === '' ? [] : [[attribute.name, value]];
}

/**
 * `EntityInfoUtil`, `IdInfoHelper.getIdEntityInfoMap`: first what is stored in the language, then what is stored
 * without.
 */
function partsOf(
  storedAs: readonly string[],
  texts: Texts,
  language: string | undefined,
  hasLanguages: (storedName: string) => boolean,
): readonly string[] {
  const first = (storedName: string, isWanted: (text: StoredText) => boolean): string =>
    texts.get(storedName)?.find(isWanted)?.value ?? '';
  const inLanguage = language === undefined ? [] : storedAs.map((name) => first(name, isIn(language)));
  const without = storedAs.map((name) =>
    first(name, (text) => text.language === undefined || !hasLanguages(name)),
  );
  return [...inLanguage, ...without].filter((value) => value.trim() !== '');
}

/**
 * Each value once: what is stored without a language has the same name in all (`getDynamicEntityInfoAsStringWithKey`).
 */
function dynamicEntries(
  name: string,
  texts: Texts,
  { dynamicAttributes, languages }: Disclosure,
): readonly Entry[] {
  const storedAs = dynamicAttributes[name] ?? [name];
  return languages.flatMap((language) => {
    const value = partsOf(storedAs, texts, language, () => true).join(' ');
    if (value === '') return [];
    const isStoredInIt = storedAs.some((stored) => texts.get(stored)?.some(isIn(language)) === true);
    const withoutLanguage = storedAs.find((stored) => (texts.get(stored)?.length ?? 0) > 0) ?? name;
    return [[isStoredInIt ? `${name}_${language}` : withoutLanguage, value] as const];
  });
}

export function ageOf(dateOfBirth: string, today: Date): string {
  const day = parseDateOfBirth(dateOfBirth);
  return day === undefined ? '' : String(ageInYears(day, today));
}
