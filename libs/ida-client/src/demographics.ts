import type { Demographics, LanguageValue } from '@mts/domain';

/** How names are written in the request; see {@link lowerCaseName}. */
export type NameCase = (typeof NAME_CASES)[number];

export const NAME_CASES = ['lower', 'as-given'] as const;

/** Demographics as IDA takes them: only what is given, text in NFC. */
export type WireDemographics = Readonly<Record<string, string | readonly LanguageValue[]>>;

/** What each attribute is, in the order in which they are sent. */
const FORMS: Readonly<Record<keyof Demographics, 'text' | 'list'>> = {
  name: 'list',
  gender: 'list',
  dob: 'text',
  phoneNumber: 'text',
  emailId: 'text',
  fullAddress: 'list',
};

const FIELDS = Object.keys(FORMS) as readonly (keyof Demographics)[];

/**
 * For callers in JavaScript: IDA answers a wrong type with the code of an outage. Throws a `TypeError` that names the
 * attribute and never its value.
 */
export function checkDemographics(demographics: Demographics): void {
  if (typeof demographics !== 'object') throw new TypeError('demographics must be an object');
  for (const field of FIELDS) {
    const given: unknown = demographics[field] ?? undefined;
    if (given === undefined) continue;
    if (FORMS[field] === 'text' && typeof given !== 'string') {
      throw new TypeError(`demographics.${field} must be text`);
    }
    if (FORMS[field] === 'list' && !(Array.isArray(given) && given.every(isLanguageValue))) {
      throw new TypeError(`demographics.${field} must be a list of { language, value }, both text`);
    }
  }
}

function isLanguageValue(entry: unknown): entry is LanguageValue {
  const { language, value } = Object(entry) as Readonly<Record<keyof LanguageValue, unknown>>;
  return typeof language === 'string' && typeof value === 'string';
}

/**
 * The demographics to send. Empty texts are left out: IDA takes them as not given. All text is in NFC, because IDA
 * compares code points and citizens' data is stored composed.
 */
export function wireDemographics(demographics: Demographics, nameCase: NameCase): WireDemographics {
  const wire: Record<string, string | readonly LanguageValue[]> = {};
  for (const field of FIELDS) {
    const given = demographics[field] ?? '';
    const sent =
      typeof given === 'string'
        ? given.normalize('NFC')
        : given
            .filter(({ value }) => value !== '')
            .map(({ language, value }) => ({ language, value: value.normalize('NFC') }));
    if (sent.length > 0) wire[field] = sent;
  }
  const { name } = wire;
  if (nameCase === 'lower' && typeof name === 'object') {
    wire['name'] = name.map(({ language, value }) => ({ language, value: lowerCaseName(value) }));
  }
  return wire;
}

/**
 * Letters that Java (11, on which IDA 1.1.5 to 1.2 run, to 21) and JavaScript lower-case alike, each for itself:
 * Latin, Greek, Cyrillic and Armenian (U+0041 to U+058F, U+1E00 to U+1FFF), and whatever has no case. Not among them:
 *
 * - Σ (U+03A3), whose small form depends on its neighbours, and IDA blanks some of those first ("ΑΣ'Β" is "ΑΣ Β" when
 *   it is lower-cased, so the stored name ends in ς where an early σ would have stayed);
 * - İ (U+0130), which becomes two characters;
 * - scripts whose small letters came to Unicode after version 10, the one that Java 11 knows.
 */
const SAFE_TO_LOWER = /^(?:\P{Changes_When_Lowercased}|(?![\u0130\u03A3])[\u0041-\u058F\u1E00-\u1FFF])*$/u;

/**
 * A name in lower case, or as it is when that could change how IDA compares it.
 *
 * IDA's reference matcher removes titles in a loop that ends only for three spellings of each (as configured, lower,
 * upper): "mR Smith" or "LiamSon Ray" (Ms) keep a thread of IDA busy for ever and the call unanswered
 * (`Normalizer_V_1_0.removeAllCases`, mosip/demosdk v1.2.0.1). In lower case every title is found. The comparison
 * itself lower-cases both sides (`Client_V_1_0.split`), so nothing is lost; a value is lowered whole or not at all,
 * because lowering some letters of a title would itself make a fourth spelling.
 */
export function lowerCaseName(name: string): string {
  return SAFE_TO_LOWER.test(name) ? name.toLowerCase() : name;
}
