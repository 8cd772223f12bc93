const STRING_OR_SEPARATOR = /"(?:[^"\\]|\\.)*"|[,:]/g;

/** Compact JSON, spaced as the original writes it (Python's `json.dumps`); every other character stays as it is. */
export function spacedJson(compact: string): string {
  return compact.replace(STRING_OR_SEPARATOR, (found) => (found.length === 1 ? `${found} ` : found));
}
