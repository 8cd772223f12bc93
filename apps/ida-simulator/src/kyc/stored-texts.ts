import { ATTRIBUTES } from '../matching/attributes.js';
import type { Identity } from '../population/person.js';

/** A stored text; without a language it counts for all. */
export interface StoredText {
  readonly language: string | undefined;
  readonly value: string;
}

/** What may be disclosed of an identity, by its own attribute names. */
export type Texts = ReadonlyMap<string, readonly StoredText[]>;

/** Attributes that the policy names, in the languages asked for (`KycServiceImpl.filterIdentityInfo`). */
export function allowedTexts(
  identity: Identity,
  allowed: readonly string[],
  languages: readonly string[],
): Texts {
  const isWanted = ({ language }: StoredText): boolean =>
    language === undefined || languages.some((code) => code.toLowerCase() === language.toLowerCase());
  const entries = Object.entries(identity)
    .filter(([name]) => allowed.includes(name))
    .map(([name, stored]) => {
      const texts: readonly StoredText[] =
        typeof stored === 'string' ? [{ language: undefined, value: stored }] : stored;
      return [name, texts.filter(isWanted)] as const;
    });
  return new Map(entries);
}

/** Whether an attribute of the identity is stored once for each language (`DemoMatchType.isPropMultiLang`). */
export function isMultiLanguage(storedName: string): boolean {
  return ATTRIBUTES.find(({ storedAs }) => storedAs.includes(storedName))?.languages === 'each';
}

export function isIn(language: string): (text: StoredText) => boolean {
  return (text) => text.language?.toLowerCase() === language.toLowerCase();
}
