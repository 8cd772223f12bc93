/**
 * Unicode's White_Space, its Bidi_Control (the invisible marks that come along when numbers are copied out of
 * right-to-left text) and the byte order mark.
 */
const BLANK = /[\p{White_Space}\p{Bidi_Control}\uFEFF]/u;

/**
 * One more mark in a row than a text in Unicode's stream-safe format has (UAX #15, section 13; its longest words have
 * fewer than ten). NFC sorts the marks of a letter in quadratic time: a megabyte of them would take hours.
 */
const TOO_MANY_MARKS = /(?<!\p{M})\p{M}{31}/u;

const SPACE = 0x20;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
const FIRST_NON_ASCII = 0x80;

/**
 * Text as it goes to IDA: without blanks at its ends and in NFC, because IDA compares code points
 * (id-authentication 1.2, demosdk `Client_V_1_0`: composed and decomposed letters do not match).
 */
export function cleanText(text: string): string {
  let start = 0;
  let end = text.length;
  // A regular expression anchored at the end would take quadratic time on a long run of inner blanks.
  while (start < end && isBlank(text, start)) start += 1;
  while (end > start && isBlank(text, end - 1)) end -= 1;
  return text.slice(start, end).normalize('NFC');
}

/** False for what cannot reach IDA unchanged: lone surrogates have no UTF-8 form, NUL ends a text in many systems. */
export function isTransmissible(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0') && !TOO_MANY_MARKS.test(text);
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < FIRST_NON_ASCII) return code === SPACE || (code >= TAB && code <= CARRIAGE_RETURN);
  return BLANK.test(text.charAt(at));
}
