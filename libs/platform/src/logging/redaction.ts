/**
 * UIN (10 digits), VID (16), Token ID (36) and phone numbers: any run of 9 or more digits, also when blanks or dashes
 * group it. Nothing that we log on purpose looks like that; this is the net below the rule that personal data is
 * never put into a message.
 */
const NUMBER_OF_A_PERSON = /(?<![0-9a-f-])\d(?:[ -]?\d){8,}(?![0-9a-f-])/gi;

/** An API key of ours, and a JWT (RFC 7519 section 3: its first part is the base64url of `{"`). */
const CREDENTIAL = /\bmts_[0-9a-f]{32}_[0-9a-f]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Replaces what looks like the number of a person, or like what a caller proves itself with. */
export function redactText(text: string): string {
  return text.replaceAll(CREDENTIAL, '[credential]').replaceAll(NUMBER_OF_A_PERSON, '[number]');
}

/**
 * What may be told of an error: its name, code, message and stack, and the same of its causes.
 * Everything else that libraries hang on errors stays out (csv-parse: the row; pg: the parameters and the row in
 * `detail`; axios and undici: the URL with its keys).
 */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: `a thrown ${typeof error}` };
  const described: Record<string, unknown> = { name: error.name, message: redactText(error.message) };
  if ('code' in error && (typeof error.code === 'string' || typeof error.code === 'number'))
    described['code'] = error.code;
  if (depth === 0 && error.stack !== undefined) described['stack'] = redactText(error.stack);
  if (error.cause !== undefined && depth < 4) described['cause'] = describeError(error.cause, depth + 1);
  return described;
}
