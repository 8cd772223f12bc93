import { ABSENT } from '../exchange/changes.js';
import type { Expected } from './case.js';
import { ACCEPTED, filterRefuses, GENERAL, group, http, means, NOBODY, refuses, settles } from './build.js';

const DECIPHER = 'IdAuthFilter.decipherRequest, id-authentication v1.2.0.1';
const THUMBPRINT = 'KeyManager.internalKernelDecryptAndDecode, id-authentication v1.2.0.1';
const CANNOT_OPEN = filterRefuses('IDA-MPA-003');

/** Not base64url: a fault of the signature in 1.1.5, of nothing in particular later (`BaseAuthFilter.decode`). */
const NOT_DECODED: Expected = { '1.1.5': refuses('IDA-MPA-001'), '1.2.0': refuses(GENERAL) };

/** Base64url, session key, thumbprint, hash. Checks 6 to 9. */
export const ENVELOPE_CASES = group(
  'envelope',
  { kind: 'refusal', checks: [6], certainty: 'read in code', source: DECIPHER },
  {
    padded: {
      title: 'Base64url with its right padding is taken, as well as without',
      kind: 'form',
      changes: { envelope: 'padded' },
      expected: ACCEPTED,
    },
    'standard-alphabet': {
      title: 'Base64 with + and / is refused',
      changes: { envelope: 'standard alphabet' },
      expected: NOT_DECODED,
    },
    'line-breaks': {
      title: 'Base64url with line breaks is refused',
      changes: { envelope: 'with line breaks' },
      expected: NOT_DECODED,
    },
    'wrong-padding': {
      title: 'Base64url with one padding character too many is refused',
      changes: { envelope: 'wrong padding' },
      expected: NOT_DECODED,
    },
    'hash-missing': {
      title: 'A message without requestHMAC is refused',
      changes: { outer: { requestHMAC: ABSENT } },
      expected: filterRefuses('IDA-MLC-006'),
    },
    'session-key-missing': {
      title: 'A message without requestSessionKey',
      certainty: 'uncertain',
      source: `${DECIPHER} (a null pointer)`,
      changes: { outer: { requestSessionKey: ABSENT } },
      expected: breaks(),
    },
    'thumbprint-missing': {
      title: 'A message without thumbprint',
      checks: [7],
      certainty: 'uncertain',
      source: `${THUMBPRINT} (a null pointer); v1.1.5.5 asks for it`,
      changes: { outer: { thumbprint: ABSENT } },
      expected: breaks(),
    },
    'request-missing': {
      title: 'A message without request passes the filter, and the validator stumbles over it',
      kind: 'rule',
      checks: [6, 15],
      certainty: 'uncertain',
      changes: { outer: { request: ABSENT } },
      expected: settles(
        means('answers with the general code', refuses(GENERAL)),
        means('answers HTTP 500', http(500)),
        means('finds no factor', refuses('IDA-MLC-008', NOBODY)),
      ),
    },
    'thumbprint-hex': {
      title: 'The thumbprint in hex is read, as well as in base64url (from 1.1.5.4)',
      kind: 'form',
      checks: [7],
      source: 'IdAuthSecurityManager.getBytesFromThumbprint, id-authentication v1.1.5.5 and v1.2.0.1',
      changes: { envelope: 'thumbprint in hex' },
      expected: ACCEPTED,
    },
    'thumbprint-hex-lower': {
      title: 'The thumbprint in lower-case hex is read too',
      kind: 'form',
      checks: [7],
      source: 'IdAuthSecurityManager.getBytesFromThumbprint, id-authentication v1.2.0.1',
      changes: { envelope: 'thumbprint in lower-case hex' },
      expected: ACCEPTED,
    },
    'thumbprint-unknown': {
      title: 'The thumbprint of a certificate that IDA does not have is refused',
      checks: [7],
      certainty: 'uncertain',
      source: 'CryptomanagerServiceImpl.decrypt, keymanager v1.2.0.1 (KER-KMS-025; older: NoUniqueAlias)',
      changes: { envelope: 'thumbprint of another certificate' },
      expected: {
        '1.1.5': either(['IDA-MPA-003'], ['IDA-MPA-004']),
        '1.2.0': either([GENERAL, 'IDA-MPA-003'], [GENERAL, 'IDA-MPA-004']),
      },
    },
    'key-for-another': {
      title: 'A session key for another certificate is refused',
      checks: [7],
      changes: { envelope: 'key for another certificate' },
      expected: CANNOT_OPEN,
    },
    'oaep-sha1': {
      title: 'A session key under OAEP with SHA-1 is refused: it must be SHA-256, for MGF1 too',
      checks: [7],
      source: 'CryptoCore.asymmetricDecrypt, keymanager v1.2.0.1',
      changes: { envelope: 'key wrapped with OAEP SHA-1' },
      expected: CANNOT_OPEN,
    },
    'pkcs1-v1_5': {
      title: 'A session key under PKCS #1 v1.5 is refused',
      checks: [7],
      source: 'CryptoCore.asymmetricDecrypt, keymanager v1.2.0.1',
      changes: { envelope: 'key wrapped with PKCS #1 v1.5' },
      expected: CANNOT_OPEN,
    },
    'key-of-128-bits': {
      title: 'A session key of 128 bits instead of 256',
      checks: [7],
      certainty: 'uncertain',
      source: 'CryptoCore.symmetricDecrypt, keymanager v1.2.0.1 (looks at no length)',
      changes: { envelope: 'key of 128 bits' },
      expected: settles(
        means('takes it', refuses(NOBODY)),
        means('refuses it', refuses(GENERAL, 'IDA-MPA-003')),
        means('refuses it', refuses('IDA-MPA-003')),
      ),
    },
    'hash-damaged': {
      title: 'A requestHMAC with one bit changed is refused',
      checks: [7],
      changes: { envelope: 'damaged hash' },
      expected: CANNOT_OPEN,
    },
    'hash-under-another-key': {
      title: 'A requestHMAC under another session key is refused',
      checks: [7],
      changes: { envelope: 'hash under another key' },
      expected: CANNOT_OPEN,
    },
    'tag-damaged': {
      title: 'A request with one bit of its tag changed is refused',
      checks: [8],
      changes: { envelope: 'damaged tag' },
      expected: CANNOT_OPEN,
      also: ['signed'],
    },
    'nonce-of-12-bytes': {
      title: 'A nonce of the usual 12 bytes is refused: it must have 16',
      checks: [8],
      source: 'CryptoCore.symmetricDecrypt, keymanager v1.2.0.1',
      changes: { envelope: 'nonce of 12 bytes' },
      expected: CANNOT_OPEN,
    },
    'nonce-in-front': {
      title: 'A nonce in front of the ciphertext is refused: it stands behind the tag',
      checks: [8],
      source: 'CryptoCore.symmetricDecrypt, keymanager v1.2.0.1',
      changes: { envelope: 'nonce in front' },
      expected: CANNOT_OPEN,
    },
    'wrong-hash': {
      title: 'The hash of something else is refused',
      checks: [9],
      changes: { envelope: 'hash of something else' },
      expected: filterRefuses('IDA-MPA-016'),
    },
    'hash-lower-case': {
      title: 'The right hash in lower-case hex is refused: it is compared as text',
      checks: [9],
      source: 'IdAuthFilter.validateRequestHMAC, id-authentication v1.2.0.1',
      changes: { envelope: 'hash in lower case' },
      expected: filterRefuses('IDA-MPA-016'),
    },
    'with-blanks': {
      title: 'The inner part may be written with blanks and line breaks: its bytes are hashed as they are',
      kind: 'form',
      checks: [9],
      changes: { plaintext: 'with blanks' },
      expected: ACCEPTED,
    },
    'raw-utf8': {
      title: 'The inner part may be raw UTF-8 instead of ASCII with escapes',
      kind: 'form',
      checks: [9, 10],
      source: 'KeyManager, id-authentication v1.2.0.1 (UTF-8 named)',
      changes: { plaintext: 'raw UTF-8', inner: { ofNoUse: 'Hélène ኃይሉ' } },
      expected: ACCEPTED,
    },
    'before-partner': {
      title: 'The envelope is opened before licence, partner and policy are looked at',
      kind: 'rule',
      checks: [8, 12],
      changes: { envelope: 'damaged tag', path: 'an unknown licence' },
      expected: CANNOT_OPEN,
    },
  },
);

function breaks(): Expected {
  return settles(
    means('answers HTTP 500', http(500)),
    means('answers with the general code', refuses(GENERAL)),
    means('names what is missing', refuses('IDA-MLC-006')),
    means('names what is missing', refuses(GENERAL, 'IDA-MLC-006')),
    means('cannot open it', refuses(GENERAL, 'IDA-MPA-003')),
  );
}

function either(known: readonly string[], expired: readonly string[]) {
  return [
    means('says that it cannot decrypt', refuses(...known)),
    means('says that its key has expired', refuses(...expired)),
  ];
}
