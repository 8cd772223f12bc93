import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationError } from 'class-validator';
import { ApiError, type ErrorCode, isAbsent } from '@mts/domain';

/** Values of fields that are texts; numbers are taken as text. */
export type TextLike = string | number;

/**
 * Checks of single fields, with the texts of the original: pydantic's for its schema (422, the field named before it),
 * its own for what it checks by itself (400, where the text says which field it is).
 */
interface CheckContext {
  readonly status: 400 | 422;
  readonly naming: 'name the field' | 'the text says it';
  /** Where the original has one for it; its text is then that of the catalogue. */
  readonly code?: ErrorCode;
}

/** @param problemOf undefined when nothing is wrong; what other checks of the field judge is not its business */
export function check(
  name: string,
  context: CheckContext,
  problemOf: (value: unknown) => string | undefined,
): PropertyDecorator {
  return ValidateBy(
    {
      name,
      validator: {
        validate: (value) => problemOf(value) === undefined,
        defaultMessage: (args) => problemOf(args?.value) ?? '',
      },
    },
    { context },
  );
}

export const SCHEMA: CheckContext = { status: 422, naming: 'name the field' };
export const OWN: CheckContext = { status: 400, naming: 'the text says it' };
/** Checks that only we make. */
export const OWN_NAMING: CheckContext = { status: 400, naming: 'name the field' };

export const IsRequired = (): PropertyDecorator =>
  check('isRequired', SCHEMA, (value) => (value === undefined ? 'field required' : notNull(value)));

/** As {@link IsRequired}, where the original's own check comes before its schema and refuses null with its own text. */
export const IsPresent = (): PropertyDecorator =>
  check('isPresent', SCHEMA, (value) => (value === undefined ? 'field required' : undefined));

/** Where it was recorded that null is refused although the field may be absent. */
export const IsNotNull = (): PropertyDecorator => check('isNotNull', SCHEMA, notNull);

/** Numbers are taken as text, as in the original. */
export const IsText = (): PropertyDecorator =>
  check('isText', SCHEMA, (value) =>
    isNothing(value) || isTextLike(value) ? undefined : 'str type expected',
  );

/** `false` counts as absent, see {@link AbsentWhenEmpty}. */
export const IsFlag = (): PropertyDecorator =>
  check('isFlag', SCHEMA, (value) =>
    value === undefined || value === true ? undefined : 'value could not be parsed to a boolean',
  );

/** RFC 9110 §5.5: it goes out in a header too. */
const CORRELATION_ID = /^[\x21-\x7E](?:[\x20-\x7E]{0,126}[\x21-\x7E])?$/;

export const IsCorrelationId = (): PropertyDecorator =>
  check('isCorrelationId', OWN_NAMING, (value) =>
    value === undefined || !isTextLike(value) || CORRELATION_ID.test(String(value))
      ? undefined
      : 'at most 128 letters, digits, punctuation marks and blanks of ASCII are expected',
  );

export const IsTextList = (): PropertyDecorator =>
  check('isTextList', SCHEMA, (value) => {
    if (isNothing(value)) return undefined;
    if (!Array.isArray(value)) return 'value is not a valid list';
    return value.every(isTextLike) ? undefined : 'str type expected';
  });

export const IsObject = (): PropertyDecorator =>
  check('isObject', SCHEMA, (value) =>
    isNothing(value) || (typeof value === 'object' && !Array.isArray(value))
      ? undefined
      : 'value is not a valid dict',
  );

/** @param what as the original calls it in its texts */
export const IsOneOf = (values: readonly string[], what: string): PropertyDecorator =>
  check('isOneOf', OWN, (value) => {
    if (value === undefined) return undefined;
    if (value === '' || value === false || value === null) return `${what} is not mentioned`;
    return typeof value === 'string' && values.includes(value) ? undefined : `${what} is not supported`;
  });

/** Python's `%Y-%m-%dT%H:%M:%S.%fZ`: 1 to 6 fraction digits and a Z, both mandatory. */
const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{1,6}Z$/;

export const IsTimestamp = (): PropertyDecorator =>
  check('isTimestamp', OWN, (value) => {
    if (value === undefined) return undefined;
    const seconds = typeof value === 'string' ? TIMESTAMP.exec(value)?.[1] : undefined;
    // Round trip: Date.parse takes 30 February for 2 March.
    const isReal = seconds !== undefined && toIso(`${seconds}Z`)?.startsWith(seconds);
    return isReal === true ? undefined : 'requesttime is not in valid format';
  });

/** `false`, null and the empty text count as absent: Odoo writes an empty field as `false`. */
export const AbsentWhenEmpty = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (isAbsent(value) ? undefined : value));

/** As {@link AbsentWhenEmpty}, but null is kept for {@link IsNotNull}. */
export const AbsentWhenBlank = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === false || value === '' ? undefined : value));

/** What the checks have found, one error per field. */
export function problemsOf(errors: readonly ValidationError[], path = ''): ApiError[] {
  return errors.flatMap((error) => {
    const field = `${path}${error.property}`;
    const own = Object.entries(error.constraints ?? {}).flatMap(([name, problem]) => {
      const context = error.contexts?.[name] as CheckContext | undefined;
      return context === undefined ? [] : [toApiError(field, problem, context)];
    });
    // A value of a wrong type fails later checks too: the schema's word is the one that helps.
    const first = own.toSorted((a, b) => b.status - a.status)[0];
    return first === undefined ? problemsOf(error.children ?? [], `${field}.`) : [first];
  });
}

function toApiError(field: string, problem: string, { status, naming, code }: CheckContext): ApiError {
  if (code !== undefined) return new ApiError(code);
  return new ApiError('ATS-REQ-102', naming === 'name the field' ? { field, problem } : { problem }, status);
}

function notNull(value: unknown): string | undefined {
  return value === null ? 'none is not an allowed value' : undefined;
}

function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isTextLike(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function toIso(text: string): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
