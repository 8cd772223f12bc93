/**
 * Decodes as `java.util.Base64.getUrlDecoder()` does, which IDA uses for every base64url field: padding may be absent
 * or right, nothing else may stand there (no `+`, `/` or line break).
 * @returns undefined where Java throws IllegalArgumentException
 */
export function decodeBase64Url(text: string): Buffer | undefined {
  return decodeStrictly(text, /^[A-Za-z0-9_-]*$/);
}

/**
 * Decodes as `java.util.Base64.getDecoder()` does, which keymanager 1.3.0 uses for `x5c`: as above, in the other alphabet.
 * @returns undefined where Java throws IllegalArgumentException
 */
export function decodeBase64Strict(text: string): Buffer | undefined {
  return decodeStrictly(text, /^[A-Za-z0-9+/]*$/);
}

function decodeStrictly(text: string, alphabet: RegExp): Buffer | undefined {
  const unpadded = text.replace(/={1,2}$/, '');
  const isPadded = unpadded.length < text.length;
  if (!alphabet.test(unpadded)) return undefined;
  if (unpadded.length % 4 === 1 || (isPadded && text.length % 4 !== 0)) return undefined;
  return Buffer.from(unpadded, 'base64');
}

/**
 * Decodes as commons-codec `Base64.decodeBase64` does, which keymanager up to 1.2.x uses for `x5c`: both alphabets,
 * anything else (line breaks too) is skipped, and the first `=` ends it. Node's own decoder is lenient in the same way.
 */
export function decodeBase64Lenient(text: string): Buffer {
  return Buffer.from(text, 'base64');
}
