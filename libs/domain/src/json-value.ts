/** A JSON value; a number whose exact text a double cannot hold is kept as its text. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export type JsonObject = Readonly<Record<string, JsonValue>>;

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** Whether a field counts as not given: `false` is how Odoo writes an empty one. */
export function isAbsent(value: unknown): value is undefined | null | false | '' {
  return value === undefined || value === null || value === false || value === '';
}
