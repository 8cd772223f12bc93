import { idaError, type IdaError } from '../codes.js';
import { NO_OBJECTION, type Call, type Check } from '../call.js';
import { UncaughtInIda } from '../outcomes.js';

const VERSION = /^\d\.\d(\.\d)?$/;

/** `id` is that of the endpoint (id-authentication v1.2.0.1, `BaseIDAFilter.validateId`). */
export const idIs = (expected: string): Check => ({
  name: 'id',
  step: 2,
  run: ({ body }) => textField(body, 'id', (id) => id === expected),
});

/** `BaseIDAFilter.validateVersion`. */
export const version: Check = {
  name: 'version',
  step: 2,
  run: ({ body }) => textField(body, 'version', (text) => VERSION.test(text)),
};

function textField(
  body: Call['body'],
  name: string,
  isValid: (text: string) => boolean,
): readonly IdaError[] {
  const value = body[name] ?? '';
  if (typeof value !== 'string') throw new UncaughtInIda(`${name} is cast to String`);
  if (value === '') return [idaError('MISSING_INPUT_PARAMETER', name)];
  return isValid(value) ? NO_OBJECTION : [idaError('INVALID_INPUT_PARAMETER', name)];
}
