import { ApiError, type JsonValue } from '@mts/domain';
import { describe, expect, it } from 'vitest';

import { assertOwnNamesInPlace, type Subject } from './own-names.js';

function refusal(envelope: JsonValue, subject: Subject = 'list'): string | undefined {
  try {
    assertOwnNamesInPlace(envelope, subject);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'ATS-REQ-102' || error.status !== 400) throw error;
    return error.message.replace('invalid input. ', '');
  }
}

describe.each(['list', 'person'] as const)('of a request about a %s', (subject) => {
  it.each<[JsonValue, string]>([
    [
      { request: { options: { validateOnly: true } } },
      'request.options.validateOnly: would be ignored here; give it as request.validateOnly',
    ],
    [
      { request: { eraseAfterDownload: true } },
      'request.eraseAfterDownload: would be ignored here; give it as request.options.eraseAfterDownload',
    ],
    [
      { request: { correlationid: 'a' } },
      'request.correlationid: would be ignored here; give it as request.correlationId',
    ],
    [
      { request: { options: { DELIVER: 'successes' } } },
      'request.options.DELIVER: would be ignored here; give it as request.options.deliver',
    ],
    [{ validateOnly: true }, 'validateOnly: would be ignored here; give it as request.validateOnly'],
    [
      { request: { mapping: { validateOnly: true } } },
      'request.mapping.validateOnly: would be ignored here; give it as request.validateOnly',
    ],
    [
      { request: { callbackProperties: { deliver: 'successes' } } },
      'request.callbackProperties.deliver: would be ignored here; give it as request.options.deliver',
    ],
    [
      { request: { options: { erase: true } } },
      'request.options.erase: no such option; there are deliver and eraseAfterDownload',
    ],
    [
      { request: { options: { '5047632183961079 Aisha': 1 } } },
      'request.options.…: no such option; there are deliver and eraseAfterDownload',
    ],
  ])('%j is refused, and told where it belongs', (envelope, message) => {
    expect(refusal(envelope, subject)).toBe(message);
  });

  it.each<JsonValue>([
    {
      request: {
        validateOnly: true,
        correlationId: 'a',
        options: { deliver: 'all', eraseAfterDownload: true },
      },
    },
    {
      request: { nobody: 1, mapping: { photo: 'p' }, odkconfig: { other: 1 } },
      other: { options: { a: 1 } },
    },
    { request: { options: { erase: false, validateOnly: null, other: '' }, deliver: false, OTP: '' } },
    { request: { biometrics: [] } },
    { request: { options: [1] } },
    [],
  ])('%j is none of its business', (envelope) => {
    expect(refusal(envelope, subject)).toBeUndefined();
  });
});

describe('what proves one person', () => {
  it.each(['otp', 'biometrics'])('is refused with a list, and taken with a person: %s', (name) => {
    const envelope = { request: { [name]: ['1'] } };
    expect(refusal(envelope)).toBe(`request.${name}: for one person, and not with a list or a callback`);
    expect(refusal(envelope, 'person')).toBeUndefined();
  });

  it('is refused in other letters', () => {
    expect(refusal({ request: { OTP: '1' } }, 'person')).toBe(
      'request.OTP: would be ignored here; give it as request.otp',
    );
  });
});
