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
  readonly description: string;
  /** The class of `response` in the envelope. */
  readonly response: Model;
  readonly examples: Readonly<Record<string, unknown>>;
  /** Errors that stand beside a response. */
  readonly notes?: readonly ErrorCode[];
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
const ALWAYS: readonly BadAnswer[] = ['ATS-REQ-100', 'MTS-SYS-001'];

const MOMENT = '2026-11-22T01:21:37.737Z';

/** Documents every status of a route, each with its schema and an example per code. */
export function Answers(good: GoodAnswer, bad: readonly BadAnswer[]): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(good.response),
    ApiResponse({
      status: 200,
      description: good.description,
      content: { 'application/json': { schema: goodSchema(good), examples: goodExamples(good) } },
    }),
    BadAnswers(bad),
  );
}

/** The same of a route that answers with a file. */
export function FileAnswer(
  description: string,
  content: NonNullable<ApiResponseNoStatusOptions['content']>,
  bad: readonly BadAnswer[],
): MethodDecorator & ClassDecorator {
  return applyDecorators(ApiResponse({ status: 200, description, content }), BadAnswers(bad));
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
  const codes = [...new Set(errors.map((error) => error.code))];
  return ApiResponse({
    status: errors[0]?.status ?? 500,
    description: codes.map((code) => `${code}: ${CATALOGUE[code].advice}`).join(' '),
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
  });
}

const ERROR: Schema = { $ref: getSchemaPath(EnvelopeErrorDto) };

function goodSchema({ response, notes = [] }: GoodAnswer): Schema {
  const none = { type: 'null' };
  const some = { type: 'array', minItems: 1, items: ERROR };
  return envelopeSchema(
    { $ref: getSchemaPath(response) },
    notes.length === 0 ? none : { oneOf: [none, some] },
  );
}

function goodExamples({ examples, notes = [] }: GoodAnswer): Record<string, { value: unknown }> {
  const plain = Object.entries(examples).map(([name, response]) => [
    name,
    { value: example(response, null) },
  ]);
  const [response] = Object.values(examples);
  const noted = notes.map((code) => {
    const { message } = new ApiError(code);
    return [code, { value: example(response, [{ errorCode: code, errorMessage: message }]) }];
  });
  return Object.fromEntries([...plain, ...noted]) as Record<string, { value: unknown }>;
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
