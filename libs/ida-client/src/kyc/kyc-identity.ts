import type { LanguageValue } from '@mts/domain';

/**
 * What a policy lets the relying party know of a person, by IDA's names (`name`, `dob`, `phoneNumber`, `fullAddress`,
 * `photo`, …). What MOSIP keeps in several languages is a list, in the order of the answer; all else is text. A photo
 * is text as IDA sends it: base64 of the image, or a CBEFF file (IDA's `ida.kyc.send-face-as-cbeff-xml`, and always up
 * to 1.2.0). Personal data.
 */
export type KycIdentity = Readonly<Record<string, string | readonly LanguageValue[]>>;

/** `name_eng`: the attribute and ISO 639-2/3 (`KycServiceImpl.KYC_ATTRIB_LANGCODE_SEPERATOR`, v1.2.0.1). */
const OF_LANGUAGE = /^(.+)_([a-z]{3})$/;

/** The attributes of the JSON that IDA sealed; undefined when it is no JSON object. Blank ones are left out. */
export function parseIdentity(plaintext: Buffer): KycIdentity | undefined {
  const json = parseJson(plaintext);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const identity = new Map<string, string | LanguageValue[]>();
  const given = Object.entries(json).map(([name, value]) => [name, textOf(value)] as const);
  for (const [name, value] of given) {
    if (value === '') continue;
    const [, attribute = name, language] = OF_LANGUAGE.exec(name) ?? [];
    // Where the attribute stands without a language too, the end of this name is none.
    if (language === undefined || Object.hasOwn(json, attribute)) {
      identity.set(name, value);
      continue;
    }
    const values = identity.get(attribute);
    if (Array.isArray(values)) values.push({ language, value });
    else identity.set(attribute, [{ language, value }]);
  }
  return Object.fromEntries(identity);
}

/** IDA writes text alone; whatever else stands there is shown as it is. */
function textOf(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parseJson(plaintext: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext));
  } catch {
    return undefined; // Not UTF-8 or not JSON: said by what parseIdentity returns.
  }
}
