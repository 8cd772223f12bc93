import { ATTRIBUTES, type Attribute } from '../matching/attributes.js';
import type { Identity } from '../population/person.js';
import { ageOf, type Disclosure } from './disclosure.js';
import { allowedTexts, isIn, isMultiLanguage, type Texts } from './stored-texts.js';

/** Under this name the policy of IDA 1.1.5 discloses the photo; without it nothing is disclosed. */
export const PHOTO = 'photo';

/**
 * The identity as IDA 1.1.5 hands it out: every attribute of a request that something allowed can be found for, so that
 * parts of the address bring the full address along, and the date of birth the age (id-authentication v1.1.5.5,
 * `KycServiceImpl.setKycInfo`). Left out are the two that only the mapping file names (blood group, residence status).
 */
export function disclosedIdentity115(
  identity: Identity,
  disclosure: Disclosure,
): Readonly<Record<string, string>> {
  const texts = allowedTexts(identity, disclosure.attributes, disclosure.languages);
  const entries = ATTRIBUTES.flatMap((attribute) => entriesOf(attribute, texts, disclosure));
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

function entriesOf(
  attribute: Attribute,
  texts: Texts,
  { languages, fullAddressSeparator, today }: Disclosure,
): readonly (readonly [name: string, value: string])[] {
  const valueIn = (language: string): string =>
    joined(partsOf(attribute.storedAs, texts, language), fullAddressSeparator);
  if (attribute.languages === 'each') {
    return languages.map((language) => [`${attribute.name}_${language}`, valueIn(language)]);
  }
  const value = valueIn(languages[0] ?? '');
  return [[attribute.name, attribute.comparison === 'age' ? ageOf(value, today) : value]];
}

/** Unlike later versions: a text of an attribute that has languages must be stored in the one asked for. */
function partsOf(storedAs: readonly string[], texts: Texts, language: string): readonly string[] {
  return storedAs
    .filter((name) => texts.has(name))
    .map((name) => {
      const isWanted = isMultiLanguage(name) ? isIn(language) : (): boolean => true;
      return texts.get(name)?.find(isWanted)?.value ?? '';
    });
}

/** A separator follows every part but the last, even if nothing comes after it (`IdInfoHelper.concatValues`). */
function joined(parts: readonly string[], separator: string): string {
  return parts
    .map((part, index) => (part === '' || index === parts.length - 1 ? part : part + separator))
    .join('');
}
