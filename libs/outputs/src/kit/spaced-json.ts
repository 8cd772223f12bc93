const STRING_OR_SEPARATOR = /"(?:[^"\\]|\\.)*"|[,:]/g;

/** What Python's `json.dumps` escapes unless told otherwise (`ensure_ascii`). */
const NOT_PRINTABLE_ASCII = /[\u007F-\uFFFF]/g;

/** Compact JSON as the original writes it (Python's `json.dumps`): spaced, and in printable ASCII. */
export function spacedJson(compact: string): string {
  return asciiJson(
    compact.replace(STRING_OR_SEPARATOR, (found) => (found.length === 1 ? `${found} ` : found)),
  );
}

/** The same JSON with escapes for all that is not printable ASCII. */
export function asciiJson(json: string): string {
  return json.replace(
    NOT_PRINTABLE_ASCII,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
