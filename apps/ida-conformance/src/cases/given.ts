import type { LanguageValue } from '@mts/domain';

/** Demographics as they are sent, valid or not. */
export type WireDemographics = Readonly<Record<string, unknown>>;

/** What IDA holds of the test person, so what is to match. */
export interface TestPerson {
  readonly demographics: {
    readonly name?: readonly LanguageValue[];
    readonly dob?: string;
    readonly gender?: readonly LanguageValue[];
    readonly phoneNumber?: string;
    readonly emailId?: string;
    readonly addressLine1?: readonly LanguageValue[];
    readonly fullAddress?: readonly LanguageValue[];
  };
  /** A language that IDA is configured with and that the person's name is not stored in. */
  readonly unstoredLanguage?: string;
}

/** Makes what is sent out of what is stored; a text says why this person does not serve. */
export type Given = (person: TestPerson) => WireDemographics | string;

/** A valid date that is in the form IDA reads; whose it is does not matter where nobody is looked up. */
export const SOME_DOB = '1990/01/01';

/** All but the full address, where there is an address line: both together are refused. */
export const everything: Given = ({ demographics: { fullAddress, ...rest } }) =>
  rest.addressLine1 === undefined && fullAddress !== undefined ? { ...rest, fullAddress } : rest;

/** Fixed demographics, whoever is asked for. */
export const fixed =
  (demographics: WireDemographics): Given =>
  () =>
    demographics;

export const dobAs =
  (change: (dob: string) => string): Given =>
  ({ demographics: { dob } }) =>
    dob === undefined ? 'the test person has no dob' : { dob: change(dob) };

export const sameDob = dobAs((dob) => dob);

/** A year earlier, so a date that is as real and is not the person's. */
export const wrongDob = dobAs(
  (dob) => `${Number(dob.slice(0, 4)) - 1}${dob.slice(4).replace('02/29', '02/28')}`,
);

/** The first of the person's names, changed; it does not serve when the change leaves it as it was. */
export const nameAs =
  (change: (name: string) => string, without = 'a name that this would change'): Given =>
  ({ demographics: { name } }) => {
    const [first] = name ?? [];
    if (first === undefined) return 'the test person has no name';
    const value = change(first.value);
    return value === first.value ? `the test person has not ${without}` : { name: [{ ...first, value }] };
  };

export const sameName: Given = ({ demographics: { name } }) =>
  name?.[0] === undefined ? 'the test person has no name' : { name: [name[0]] };

/** No normalizer drops a letter that stands alone, so this is nobody's spelling of the name. */
export const wrongName = nameAs((name) => `${name} xqz`);

export const only =
  (attribute: keyof TestPerson['demographics']): Given =>
  ({ demographics }) =>
    demographics[attribute] === undefined
      ? `the test person has no ${attribute}`
      : { [attribute]: demographics[attribute] };

/** Age today, in whole years, plus so many. */
export const ageAs =
  (change: (age: number) => number): Given =>
  ({ demographics: { dob } }) => {
    if (dob === undefined) return 'the test person has no dob';
    const [year = 0, month = 0, day = 0] = dob.split('/').map(Number);
    const now = new Date();
    const hadBirthday =
      now.getUTCMonth() + 1 > month || (now.getUTCMonth() + 1 === month && now.getUTCDate() >= day);
    return { age: String(change(now.getUTCFullYear() - year - (hadBirthday ? 0 : 1))) };
  };

export const inUnstoredLanguage: Given = ({ demographics: { name }, unstoredLanguage }) => {
  if (unstoredLanguage === undefined) return 'the identities file names no unstoredLanguage';
  const [first] = name ?? [];
  return first === undefined
    ? 'the test person has no name'
    : { name: [{ language: unstoredLanguage, value: first.value }] };
};

/** A word that the default English address rules shorten (`ida.demo.address.normalization.regex.eng[n]`), and the next one. */
const SHORTENED = /\b(apartment|street|road|main|cross|opposite|market) +(?=\p{L})/iu;

/** Glues such a word to the one behind it: the two match only if the shortening puts a space behind itself. */
export const gluedAddress: Given = ({ demographics }) => {
  for (const attribute of ['addressLine1', 'fullAddress'] as const) {
    const entry = demographics[attribute]?.find(
      ({ language, value }) => language === 'eng' && SHORTENED.test(value),
    );
    if (entry !== undefined)
      return { [attribute]: [{ ...entry, value: entry.value.replace(SHORTENED, '$1') }] };
  }
  return 'the test person has no English address with one of the words apartment, street, road, main, cross, opposite, market before another word';
};
