import { ABSENT } from '../exchange/changes.js';
import {
  ACCEPTED,
  filterRefuses,
  GENERAL,
  group,
  http,
  means,
  NOBODY,
  refuses,
  settles,
  validatorRefuses,
} from './build.js';

const FILTER = 'BaseIDAFilter, id-authentication v1.2.0.1';

/** The message as such: JSON, its id and its version. Checks 1 and 2. */
export const MESSAGE_CASES = group(
  'message',
  { kind: 'refusal', checks: [2], certainty: 'read in code', source: FILTER },
  {
    'usual-form': {
      title: 'A well-formed question about a number that nobody has is refused for that number alone',
      kind: 'form',
      checks: [22],
      certainty: 'read in code',
      source: 'AuthController.authenticateIndividual, id-authentication v1.2.0.1',
      expected: ACCEPTED,
      also: ['signed', 'echoes the transaction'],
    },
    'not-json': {
      title: 'A body that is not JSON',
      checks: [1],
      certainty: 'uncertain',
      changes: { body: 'not JSON' },
      expected: settles(
        means('answers HTTP 500, its error handler has no request to read', http(500)),
        means('answers HTTP 400', http(400)),
        means('answers as to any other fault', refuses(GENERAL)),
      ),
    },
    'json-list': {
      title: 'A body that is JSON, but a list',
      checks: [1],
      certainty: 'uncertain',
      changes: { body: 'a list' },
      expected: settles(
        means('answers HTTP 500', http(500)),
        means('answers HTTP 400', http(400)),
        means('answers as to any other fault', refuses(GENERAL)),
      ),
    },
    empty: {
      title: 'No body at all',
      checks: [1],
      certainty: 'uncertain',
      changes: { body: 'empty' },
      expected: settles(
        means('answers as to any other fault', refuses(GENERAL)),
        means('answers HTTP 500', http(500)),
        means('answers HTTP 400', http(400)),
      ),
    },
    'id-missing': {
      title: 'A message without id is refused',
      changes: { outer: { id: ABSENT } },
      expected: filterRefuses('IDA-MLC-006'),
      also: ['signed'],
    },
    'id-of-another-call': {
      title: 'A message with the id of another call is refused',
      changes: { outer: { id: 'mosip.identity.otp' } },
      expected: filterRefuses('IDA-MLC-009'),
    },
    'version-missing': {
      title: 'A message without version is refused',
      changes: { outer: { version: ABSENT } },
      expected: filterRefuses('IDA-MLC-006'),
    },
    'version-with-letter': {
      title: 'The version "v1" is refused',
      changes: { outer: { version: 'v1' } },
      expected: filterRefuses('IDA-MLC-009'),
    },
    'version-of-three-numbers': {
      title: 'The version "1.0.0" is taken',
      kind: 'form',
      changes: { outer: { version: '1.0.0' } },
      expected: ACCEPTED,
    },
    'id-before-signature': {
      title: 'The id is looked at before the signature',
      kind: 'rule',
      changes: { outer: { id: 'mosip.identity.none' }, headers: { signature: ABSENT } },
      expected: filterRefuses('IDA-MLC-009'),
    },
    'unknown-fields': {
      title: 'Fields that IDA does not know, and specVersion and metadata, are passed over',
      kind: 'form',
      checks: [10],
      source: 'AuthRequestDTO, id-authentication v1.2.0.1',
      changes: { outer: { specVersion: '9.9', metadata: {}, ofNoUse: 'x' }, inner: { ofNoUse: 'x' } },
      expected: ACCEPTED,
    },
    'requested-auth-says-no': {
      title: 'requestedAuth no longer decides: factors that are filled in count, even if it says no to all',
      kind: 'form',
      from: '1.2.0',
      checks: [13],
      source:
        'IdAuthFilter.checkAllowedAuthTypeBasedOnPolicy, id-authentication v1.2.0.1 (opencrvs sends this)',
      changes: { outer: { requestedAuth: { demo: false, bio: false, otp: false, pin: false } } },
      expected: ACCEPTED,
    },
    'requested-auth-nothing': {
      title: 'requestedAuth decides: a message that asks for no factor is refused',
      until: '1.1.5',
      checks: [21],
      source: 'BaseAuthRequestValidator.validateAuthType, id-authentication v1.1.5.5',
      changes: { outer: { requestedAuth: { demo: false, bio: false, otp: false, pin: false } } },
      expected: validatorRefuses('IDA-MLC-008'),
    },
    'requested-auth-missing': {
      title: 'A message without requestedAuth',
      until: '1.1.5',
      checks: [13],
      certainty: 'uncertain',
      source: 'IdAuthFilter.checkAllowedAuthTypeBasedOnPolicy, id-authentication v1.1.5.5 (a null pointer)',
      changes: { outer: { requestedAuth: ABSENT } },
      expected: settles(
        means('answers HTTP 500', http(500)),
        means('answers as to any other fault', refuses(GENERAL)),
        means('refuses it as missing', refuses('IDA-MLC-006', NOBODY)),
      ),
    },
  },
);
