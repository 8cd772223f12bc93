import { EndlessInIda } from '../service/outcomes.js';

/** One `ida.demo.*.normalization.regex.*` property: a pattern and what replaces it. */
interface Rule {
  readonly pattern: RegExp;
  readonly replacement: string;
}

export interface NormalizationRules {
  /** Titles per language; master data of the country, so the real list is not known. */
  readonly titles: Readonly<Record<string, readonly string[]>>;
  readonly address: Readonly<Record<string, readonly Rule[]>>;
  /** Applied last, in every language. */
  readonly common: readonly Rule[];
}

/** The sample list that MOSIP's own SDK was run with for the vectors. */
const ENGLISH_TITLES = ['Mr', 'Mrs', 'Ms', 'Miss', 'Dr'];

/** Words that become abbreviations, and ordinals that lose their ending; `4th` to `9th` and `0th` follow the pattern. */
const ENGLISH_REPLACEMENTS: readonly (readonly [word: string, replacement: string])[] = [
  ['apartment', 'apt'],
  ['street', 'st'],
  ['road', 'rd'],
  ['main', 'mn'],
  ['cross', 'crs'],
  ['opposite', 'opp'],
  ['market', 'mkt'],
  ['1st', '1'],
  ['1th', '1'],
  ['2nd', '2'],
  ['2th', '2'],
  ['3rd', '3'],
  ['3th', '3'],
  ...['4', '5', '6', '7', '8', '9', '0'].map((digit) => [`${digit}th`, digit] as const),
];

/**
 * The rules of mosip-config v1.2.0.1, `id-authentication-default.properties`.
 * @param trailingSpaces the replacements of the English address rules end in a space in the file; its comment says
 *   that Spring drops it, which was not seen on a live IDA. Only words glued to another (`Mainland`) tell the difference.
 */
export function normalizationRules(trailingSpaces: 'dropped' | 'kept' = 'dropped'): NormalizationRules {
  const after = trailingSpaces === 'kept' ? ' ' : '';
  return {
    titles: { eng: ENGLISH_TITLES },
    address: {
      eng: [
        rule('[CcSsDdWwHh]/[Oo]', ''),
        rule('(M|m|D|d)(rs?)(.)', ''),
        rule(String.raw`(N|n)(O|o)(\.)?`, ''),
        ...ENGLISH_REPLACEMENTS.map(([word, replacement]) => rule(anyCase(word), replacement + after)),
      ],
    },
    // The file replaces by " ." and then drops the dots, because a lone space would be trimmed away.
    common: [
      rule('[.,\\-*()[\\]`\'/|#"]', ' .'),
      rule(String.raw`\p{White_Space}+`, ' .'),
      rule(String.raw`\.`, ''),
    ],
  };
}

function rule(pattern: string, replacement: string): Rule {
  return { pattern: new RegExp(pattern, 'gu'), replacement };
}

/** `[aA][pP][tT]`, as the file spells it: the flag `i` would also fold letters like the Kelvin sign. */
function anyCase(word: string): string {
  return word.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

/** demosdk v1.2.0.1 `Normalizer_V_1_0.normalizeName`. */
export function normalizeName(name: string, language: string, rules: NormalizationRules): string {
  const titles = (rules.titles[language] ?? []).toSorted((one, other) => other.length - one.length);
  let rest = name;
  for (const title of titles) {
    rest = removeEverywhere(removeEverywhere(rest, `${title}.`), title);
  }
  return applyRules(rest, rules.common);
}

/** demosdk v1.2.0.1 `Normalizer_V_1_0.normalizeAddress`. */
export function normalizeAddress(address: string, language: string, rules: NormalizationRules): string {
  return applyRules(address, [...(rules.address[language] ?? []), ...rules.common]);
}

/**
 * Removes a title wherever it stands, inside words too, spelled as configured, all small or all capital. Where it stands
 * in another spelling (`mR`), MOSIP's loop looks for it for ever.
 */
function removeEverywhere(text: string, title: string): string {
  let rest = text;
  while (rest.toLowerCase().includes(title.toLowerCase())) {
    const before = rest;
    for (const spelling of [title, title.toLowerCase(), title.toUpperCase()]) {
      rest = rest.replace(spelling, '');
    }
    if (rest === before) throw new EndlessInIda('a title in a spelling that the normalizer never removes');
  }
  return rest;
}

function applyRules(text: string, rules: readonly Rule[]): string {
  return rules
    .reduce((rest, { pattern, replacement }) => rest.replaceAll(pattern, () => replacement), text)
    .trim();
}
