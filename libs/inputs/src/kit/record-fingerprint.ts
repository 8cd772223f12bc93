import type { LanguageValue, Person } from '@mts/domain';

/**
 * The same bytes for two people exactly if IDA would be asked the same: individualId and demographics, in a fixed
 * order, as a JSON array in UTF-8. Personal data: hash it with a key before it is kept.
 */
export function personBytes({ individualId, demographics }: Person): Buffer {
  const { name, gender, dob, phoneNumber, emailId, fullAddress } = demographics;
  return Buffer.from(
    JSON.stringify([
      individualId,
      pairs(name),
      pairs(gender),
      dob ?? null,
      phoneNumber ?? null,
      emailId ?? null,
      pairs(fullAddress),
    ]),
  );
}

/** IDA looks at each language by itself, so their order says nothing. */
function pairs(values: readonly LanguageValue[] = []): readonly (readonly [string, string])[] {
  return values
    .map(({ language, value }) => [language, value] as const)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
}
