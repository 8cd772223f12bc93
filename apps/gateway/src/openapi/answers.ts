import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiProperty,
  ApiResponse,
  type ApiResponseNoStatusOptions,
  getSchemaPath,
} from '@nestjs/swagger';
import { CATALOGUE, ApiError, type ErrorCode, type ErrorDetails } from '@mts/domain';

import { ENVELOPE_ID, ENVELOPE_VERSION, type EnvelopeError } from '../http/envelope.js';

type Schema = Readonly<Record<string, unknown>>;
type Model = new () => object;

/** What a route answers when all went well. */
export interface GoodAnswer {
  /** 200 unless given. */
  readonly status?: number;
  readonly description: string;
  /** The class of `response` in the envelope. */
  readonly response: Model;
  /** Another class that it may be. */
  readonly otherResponse?: Model;
  readonly headers?: Readonly<Record<string, HeaderDocument>>;
  readonly examples: Readonly<Record<string, unknown>>;
  /** Errors that stand beside a response. */
  readonly notes?: readonly ErrorCode[];
  /** Examples with errors of IDA's beside the response. */
  readonly refusals?: Readonly<Record<string, readonly [response: unknown, ...errors: EnvelopeError[]]>>;
}

/** A refusal: a code, where it has several statuses the one meant, and details that make a typical text. */
export type BadAnswer =
  ErrorCode | { readonly code: ErrorCode; readonly status?: number; readonly details: ErrorDetails };

/** One error as it stands in an answer. */
export class EnvelopeErrorDto implements EnvelopeError {
  @ApiProperty({
    type: String,
    example: 'ATS-REQ-102',
    description: 'Stable; texts may change, codes do not.',
  })
  readonly errorCode!: string;

  @ApiProperty({ type: String, example: 'invalid input. output type is not supported' })
  readonly errorMessage!: string;
}

/** Any call can meet these. */
const ALWAYS: readonly BadAnswer[] = ['ATS-REQ-100', 'MTS-SYS-001', 'MTS-SYS-002'];

const MOMENT = '2026-11-22T01:21:37.737Z';

/** Documents every status of a route, each with its schema and an example per code. */
export function Answers(
  good: GoodAnswer | readonly GoodAnswer[],
  bad: readonly BadAnswer[],
): MethodDecorator & ClassDecorator {
  return applyDecorators(...[good].flat().map(Answered), BadAnswers(bad));
}

function Answered(good: GoodAnswer): MethodDecorator & ClassDecorator {
  const { status = 200, description, headers = {}, response, otherResponse = response } = good;
  return applyDecorators(
    ApiExtraModels(response, otherResponse),
    ApiResponse({
      status,
      description,
      headers,
      content: { 'application/json': { schema: goodSchema(good), examples: goodExamples(good) } },
    }),
  );
}

/** The same of a route that answers with a file. */
export function FileAnswer(
  good: Pick<ApiResponseNoStatusOptions, 'description' | 'content' | 'headers'>,
  bad: readonly BadAnswer[],
): MethodDecorator & ClassDecorator {
  return applyDecorators(ApiResponse({ status: 200, ...good }), BadAnswers(bad));
}

function BadAnswers(bad: readonly BadAnswer[]): MethodDecorator & ClassDecorator {
  const errors = [...bad, ...ALWAYS].map(toApiError);
  const statuses = [...new Set(errors.map((error) => error.status))];
  return applyDecorators(
    ApiExtraModels(EnvelopeErrorDto),
    ...statuses.map((status) => Refused(errors.filter((error) => error.status === status))),
  );
}

/** Documents the refusals of a status. @param errors all of one status */
function Refused(errors: readonly ApiError[]): MethodDecorator & ClassDecorator {
  return ApiResponse({ status: errors[0]?.status ?? 500, ...refusalDocument(errors) });
}

export interface HeaderDocument {
  readonly description: string;
  readonly schema: Schema;
}

/** RFC 9110 section 10.2.3. */
const RETRY_AFTER: Readonly<Record<string, HeaderDocument>> = {
  'Retry-After': {
    description: 'Seconds after which it is worth to try again.',
    schema: { type: 'integer', minimum: 1 },
  },
};

/** How refusals of one status stand in the document. */
export interface RefusalDocument {
  description: string;
  headers?: Readonly<Record<string, HeaderDocument>>;
  readonly content: {
    readonly 'application/json': {
      readonly schema: Schema;
      readonly examples: Record<string, { value: unknown }>;
    };
  };
}

/** @param errors all of one status */
export function refusalDocument(errors: readonly ApiError[]): RefusalDocument {
  const codes = [...new Set(errors.map((error) => error.code))];
  return {
    description: codes.map((code) => `${code}: ${CATALOGUE[code].advice}`).join(' '),
    ...(errors.some(({ retryAfterSeconds }) => retryAfterSeconds !== undefined)
      ? { headers: RETRY_AFTER }
      : {}),
    content: {
      'application/json': {
        schema: envelopeSchema({ type: 'null' }, { type: 'array', minItems: 1, items: ERROR }),
        examples: Object.fromEntries(
          errors.map((error, at) => [
            `${error.code}${codes.length === errors.length ? '' : ` (${String(at + 1)})`}`,
            { value: example(null, [{ errorCode: error.code, errorMessage: error.message }]) },
          ]),
        ),
      },
    },
  };
}

const ERROR: Schema = { $ref: getSchemaPath(EnvelopeErrorDto) };

function goodSchema({ response, otherResponse, notes = [], refusals, examples }: GoodAnswer): Schema {
  const none = { type: 'null' };
  const some = { type: 'array', minItems: 1, items: ERROR };
  const hasSome = notes.length > 0 || refusals !== undefined;
  const hasNone = Object.keys(examples).length > 0;
  const one = { $ref: getSchemaPath(response) };
  return envelopeSchema(
    otherResponse === undefined ? one : { oneOf: [one, { $ref: getSchemaPath(otherResponse) }] },
    hasSome && hasNone ? { oneOf: [none, some] } : hasSome ? some : none,
  );
}

function goodExamples({
  examples,
  notes = [],
  refusals = {},
}: GoodAnswer): Record<string, { value: unknown }> {
  const plain = Object.entries(examples).map(([name, response]) => [
    name,
    { value: example(response, null) },
  ]);
  const [response] = Object.values(examples);
  const noted = notes.map((code) => {
    const { message } = new ApiError(code);
    return [code, { value: example(response, [{ errorCode: code, errorMessage: message }]) }];
  });
  const refused = Object.entries(refusals).map(([name, [answer, ...errors]]) => [
    name,
    { value: example(answer, errors) },
  ]);
  return Object.fromEntries([...plain, ...noted, ...refused]) as Record<string, { value: unknown }>;
}

/** The envelope as a JSON Schema (draft 2020-12, as OpenAPI 3.1 has it). */
function envelopeSchema(response: Schema, errors: Schema): Schema {
  return {
    type: 'object',
    required: ['id', 'version', 'metadata', 'responsetime', 'errors', 'response'],
    properties: {
      id: { type: 'string', const: ENVELOPE_ID },
      version: { type: 'string', const: ENVELOPE_VERSION },
      metadata: { type: 'object' },
      responsetime: { type: 'string', format: 'date-time' },
      errors,
      response,
    },
  };
}

function example(response: unknown, errors: readonly EnvelopeError[] | null): unknown {
  return { id: ENVELOPE_ID, version: ENVELOPE_VERSION, metadata: {}, responsetime: MOMENT, errors, response };
}

function toApiError(bad: BadAnswer): ApiError {
  return typeof bad === 'string' ? new ApiError(bad) : new ApiError(bad.code, bad.details, bad.status);
}
