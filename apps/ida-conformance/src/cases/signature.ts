import { ABSENT } from '../exchange/changes.js';
import { ACCEPTED, filterRefuses, GENERAL, group, http, means, NOBODY, refuses, settles } from './build.js';

const VERIFY = 'SignatureServiceImpl.jwtVerify, keymanager v1.2.0.1';
const STRICT = 'SignatureServiceImpl.certificateExistsInHeader, keymanager v1.3.0 (java.util.Base64)';
const REFUSED = filterRefuses('IDA-MPA-001');
const NOT_FROM_1_3 = { ...ACCEPTED, '1.3.0': refuses(GENERAL, 'IDA-MPA-001') };

/** Header `Signature` and `Authorization`. Checks 3 to 5. */
export const SIGNATURE_CASES = group(
  'signature',
  { kind: 'form', checks: [4], certainty: 'read in code', source: VERIFY },
  {
    missing: {
      title: 'A call without signature is refused',
      kind: 'refusal',
      checks: [3],
      source: 'BaseAuthFilter.validateSignature, id-authentication v1.2.0.1',
      changes: { headers: { signature: ABSENT } },
      expected: filterRefuses('IDA-MLC-006'),
      also: ['signed'],
    },
    'x5c-only': {
      title: 'A header of alg and x5c alone is enough: kid and x5t#S256 may be left out',
      changes: { signature: 'only alg and x5c' },
      expected: ACCEPTED,
    },
    'x5c-chain': {
      title: 'x5c may hold the chain; only its first certificate is read',
      changes: { signature: 'x5c with the chain' },
      expected: ACCEPTED,
    },
    'x5c-pem-with-line-feeds': {
      title: 'x5c as the original token seeder writes it (PEM in base64 with line feeds) is read up to 1.2.x',
      source: `${VERIFY} (commons-codec); ${STRICT}`,
      changes: { signature: 'x5c of PEM with line feeds' },
      expected: NOT_FROM_1_3,
    },
    'x5c-pem-base64url': {
      title: 'x5c as OpenCRVS writes it (PEM in base64url) is read up to 1.2.x',
      source: `${VERIFY} (commons-codec)`,
      certainty: 'uncertain',
      changes: { signature: 'x5c of PEM in base64url' },
      expected: settles(
        means('reads it', refuses(NOBODY)),
        means('refuses it', refuses(GENERAL, 'IDA-MPA-001')),
        means('refuses it', refuses('IDA-MPA-001')),
      ),
    },
    'x5c-der-with-line-feeds': {
      title:
        'x5c as DER with line feeds is read up to 1.2.x, and refused by the strict decoder of keymanager 1.3.0',
      source: `${VERIFY} (commons-codec); ${STRICT}`,
      changes: { signature: 'x5c with line feeds' },
      expected: NOT_FROM_1_3,
    },
    'x5t-of-no-certificate': {
      title: 'An x5t#S256 that fits no certificate does not matter: x5c is read',
      source: STRICT,
      changes: { signature: 'x5t of no certificate' },
      expected: ACCEPTED,
    },
    'payload-inside': {
      title: 'What stands between the dots is not looked at: the body is the payload',
      changes: { signature: 'payload inside' },
      expected: ACCEPTED,
    },
    'long-header': {
      title: 'A signature header of about 14 kB',
      checks: [3],
      certainty: 'uncertain',
      source: 'Tomcat takes 8 kB of headers by default (server.max-http-header-size)',
      changes: { signature: 'x5c eight times' },
      expected: settles(
        means('turns it away with HTTP 400', http(400)),
        means('turns it away with HTTP 431', http(431)),
        means('takes it', refuses(NOBODY)),
      ),
    },
    ps256: {
      title: 'A signature by PS256 instead of RS256',
      certainty: 'uncertain',
      source: `${VERIFY} (jose4j without algorithm constraints)`,
      changes: { signature: 'PS256' },
      expected: algorithm(),
    },
    rs512: {
      title: 'A signature by RS512 instead of RS256',
      certainty: 'uncertain',
      source: `${VERIFY} (jose4j without algorithm constraints)`,
      changes: { signature: 'RS512' },
      expected: algorithm(),
    },
    'no-x5c': {
      title: 'A signature without x5c is refused: IDA then takes its own certificate',
      kind: 'refusal',
      changes: { signature: 'no x5c' },
      expected: REFUSED,
    },
    'not-a-jws': {
      title: 'A signature that is no JWS is refused',
      kind: 'refusal',
      changes: { signature: 'not a JWS' },
      expected: REFUSED,
      also: ['signed'],
    },
    'over-another-body': {
      title: 'The signature of another body is refused',
      kind: 'refusal',
      changes: { signature: 'over another body' },
      expected: REFUSED,
    },
    'changed-after-signing': {
      title: 'A body with a blank more than was signed is refused: the bytes count, not the JSON',
      kind: 'refusal',
      changes: { body: 'a blank behind, after signing' },
      expected: REFUSED,
    },
    'by-another-key': {
      title: 'A signature that another key made than that of its certificate is refused',
      kind: 'refusal',
      changes: { signature: 'by another key' },
      expected: REFUSED,
    },
    'by-a-certificate-of-nobody': {
      title: 'A signature under a self-signed certificate is refused',
      kind: 'refusal',
      changes: { signature: 'by a certificate of nobody' },
      expected: REFUSED,
    },
    'authorization-missing': {
      title: 'A call without Authorization is refused',
      kind: 'refusal',
      checks: [5],
      source: 'BaseAuthFilter.authenticateRequest, id-authentication v1.2.0.1',
      changes: { headers: { authorization: ABSENT } },
      expected: filterRefuses('IDA-MLC-006'),
    },
    'authorization-any': {
      title: 'Any Authorization will do',
      checks: [5],
      source: 'BaseAuthFilter.authenticateRequest, id-authentication v1.2.0.1',
      changes: { headers: { authorization: 'x' } },
      expected: ACCEPTED,
    },
    'before-authorization': {
      title: 'The signature is looked at before Authorization, and both before the envelope',
      kind: 'rule',
      checks: [4, 5, 6],
      changes: { signature: 'not a JWS', headers: { authorization: ABSENT }, envelope: 'damaged tag' },
      expected: REFUSED,
    },
  },
);

function algorithm() {
  return settles(
    means('takes it', refuses(NOBODY)),
    means('refuses it', refuses(GENERAL, 'IDA-MPA-001')),
    means('refuses it', refuses('IDA-MPA-001')),
  );
}
