import { ApiError, type JsonValue } from '@mts/domain';

/** Deepest nesting taken; far above any form, far below what overflows the stack of whoever walks it later. */
export const MAX_DEPTH = 100;

/**
 * A number of at most 15 digits comes back out of a double unchanged (IEEE 754, binary64), and is written as it was if
 * it has no exponent, no zero at the end of a fraction, and is not so small that JavaScript writes it with an exponent.
 */
const PLAIN_NUMBER = /(?!0\.0{6})(?=[\d.]{1,15}(?![\d.eE]))\d+(?:\.\d*[1-9])?(?![\d.eE])/y;
const NUMBER = /^(?<sign>-?)(?<integer>\d+)(?:\.(?<fraction>\d+))?(?:[eE](?<exponent>[+-]?\d+))?$/;

/** Where V8 stopped, at the very end of its message: what stands before may be quoted out of the text. */
const POSITION = / \(line (?<line>\d+) column (?<column>\d+)\)$/;

/** JSON.parse with source text access, as Node 24 has it (ECMA-262 2026, 25.5.1). */
type ParseWithSource = (
  text: string,
  reviver: (this: object, key: string, value: JsonValue, context: { readonly source?: string }) => JsonValue,
) => JsonValue;
const parseWithSource = JSON.parse as ParseWithSource;

/** JSON.rawJSON, as Node 24 has it (ECMA-262 2026, 25.5.3). */
const { rawJSON } = JSON as typeof JSON & { readonly rawJSON: (text: string) => unknown };

/**
 * How numbers were written that would be written in another way now: by the object or list that holds them, and their
 * name or place in it. What holds such a holder has an entry too.
 */
const WRITTEN = new WeakMap<object, Map<string, string>>();

/**
 * Reads JSON and keeps every digit: a number that a double holds stays a number, any other becomes its own text.
 *
 * @throws ApiError ATS-REQ-102 (422) for what is no JSON or nested too deeply; its text holds nothing out of the JSON
 */
export function parseJsonExact(text: string): JsonValue {
  const { depth, needsSource } = survey(text);
  if (depth > MAX_DEPTH) throw unreadableJson(`the JSON is nested deeper than ${String(MAX_DEPTH)} levels`);
  try {
    return needsSource ? parseWithSource(text, keepDigits) : (JSON.parse(text) as JsonValue);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw unreadableJson(`this is not valid JSON${position(error.message)}`);
    throw error;
  }
}

/** Writes what {@link parseJsonExact} has read, every number to the digit as it was written there. */
export function stringifyExact(value: JsonValue): string {
  return isHolder(value) && WRITTEN.has(value) ? JSON.stringify(value, asWritten) : JSON.stringify(value);
}

function asWritten(this: object, key: string, value: unknown): unknown {
  const text = WRITTEN.get(this)?.get(key);
  return text === undefined ? value : rawJSON(text);
}

function unreadableJson(problem: string): ApiError {
  return new ApiError('ATS-REQ-102', { problem }, 422);
}

function position(message: string): string {
  const groups = POSITION.exec(message)?.groups;
  return groups === undefined ? '' : ` (line ${groups['line'] ?? ''}, column ${groups['column'] ?? ''})`;
}

interface Survey {
  readonly depth: number;
  /** Some number may be one that a double does not hold, or that would be written in another way. */
  readonly needsSource: boolean;
}

/**
 * Looks at what stands outside strings. A reviver makes the parser nine times slower, and its walk overflows the stack
 * on deep nesting; this pass costs a third of a plain parse and tells which texts need one.
 */
function survey(text: string): Survey {
  let depth = 0;
  let deepest = 0;
  let needsSource = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '[' || char === '{') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (char === ']' || char === '}') depth -= 1;
    else if (char !== undefined && char >= '0' && char <= '9' && !needsSource) {
      PLAIN_NUMBER.lastIndex = at;
      if (PLAIN_NUMBER.test(text)) at = PLAIN_NUMBER.lastIndex - 1;
      else needsSource = true;
    }
  }
  return { depth: deepest, needsSource };
}

/** @returns where the closing quote stands, or the end of a text that lacks it */
function endOfString(text: string, openingQuote: number): number {
  let at = openingQuote + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function keepDigits(
  this: object,
  key: string,
  value: JsonValue,
  { source }: { readonly source?: string },
): JsonValue {
  if (isHolder(value) && WRITTEN.has(value)) noteHolder(this);
  if (typeof value !== 'number' || source === undefined) return value;
  const text = String(value);
  if (text === source) return value;
  noteHolder(this).set(key, source);
  return decimal(text) === decimal(source) ? value : source;
}

function noteHolder(holder: object): Map<string, string> {
  const written = WRITTEN.get(holder) ?? new Map<string, string>();
  WRITTEN.set(holder, written);
  return written;
}

function isHolder(value: JsonValue): value is Extract<JsonValue, object> {
  return typeof value === 'object' && value !== null;
}

/** A decimal in one form for all its spellings: `1.50`, `15e-1` and `1.5` are one number. */
function decimal(text: string): string {
  const groups = NUMBER.exec(text)?.groups;
  if (groups === undefined) return text;
  const { sign = '', integer = '', fraction = '', exponent = '0' } = groups;
  const digits = integer + fraction;
  let start = 0;
  let end = digits.length;
  while (digits[start] === '0') start += 1;
  if (start === end) return '0';
  while (digits[end - 1] === '0') end -= 1;
  const power = Number(exponent) - fraction.length + digits.length - end;
  return `${sign}${digits.slice(start, end)}e${String(power)}`;
}
