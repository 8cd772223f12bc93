/**
 * demosdk v1.2.0.1 `Client_V_1_0.doExactMatch`, the only comparison IDA reaches: as many words, and every stored word
 * among the given ones, whatever their order and case. So `John Smith` matches a stored `John John`.
 */
export function isExactMatch(given: string, stored: string): boolean {
  const givenWords = words(given);
  const storedWords = words(stored);
  return givenWords.length === storedWords.length && storedWords.every((word) => givenWords.includes(word));
}

/** Java's `\s`, which knows the ASCII blanks only. */
function words(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[ \t\n\v\f\r]+/)
    .filter((word) => word !== '');
}
