import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IDA_VECTOR_PASSWORD, idaVector, idaVectorNames, idaVectorPath } from '@mts/testing';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { readPkcs12 } from '../pkcs12/index.js';
import { AnswerVerifier, type SignatureVerdict } from './index.js';

const certificateOf = (name: string): X509Certificate =>
  new X509Certificate(readFileSync(idaVectorPath(`keys/${name}.crt.pem`)));
const keyOf = (name: string): KeyObject =>
  createPrivateKey({
    key: JSON.parse(readFileSync(idaVectorPath(`keys/${name}.key.jwk.json`), 'utf8')) as JsonWebKey,
    format: 'jwk',
  });

const idaSign = certificateOf('ida-sign');
const partner = certificateOf('partner');
const intermediate = certificateOf('ca-inter');
const root = certificateOf('ca-root');

const at = (time: string) => (): Date => new Date(time);
const NOW = at('2026-11-22T01:00:00Z');
const verifier = new AnswerVerifier([idaSign], NOW);

const body = Buffer.from('{"response":{"authStatus":true}}');
const x5cOf = (...path: readonly X509Certificate[]): string[] =>
  path.map(({ raw }) => raw.toString('base64'));

/** A detached JWS with any header, signed with any key. */
function jws(header: unknown, key: KeyObject, payload = body): string {
  const encoded = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header)).toString(
    'base64url',
  );
  const signature = sign('RSA-SHA256', Buffer.from(`${encoded}.${payload.toString('base64url')}`), key);
  return `${encoded}..${signature.toString('base64url')}`;
}

/** The test body, signed by the partner's key under these certificates. */
const signedByPartner = (...path: readonly X509Certificate[]): string =>
  jws({ alg: 'RS256', x5c: x5cOf(...path) }, keyOf('partner'));

describe.each(idaVectorNames('r'))('AnswerVerifier with answer %s, IDA-SIGN pinned', (name) => {
  const vector = idaVector(name);
  const answer = Buffer.from(vector.body);
  const signature = vector.headers['response-signature'];
  const [header = '', , signatureValue = ''] = signature.split('.');
  const parsed = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>;
  const withHeader = (change: object): string =>
    `${Buffer.from(JSON.stringify({ ...parsed, ...change })).toString('base64url')}..${signatureValue}`;

  it('accepts it as it was sent', () => {
    expect(verifier.verify(answer, signature)).toBe('valid');
  });

  it('refuses it with one byte of its body changed', () => {
    const changed = Buffer.from(vector.body.replace('"version":"1.0"', '"version":"1.1"'));
    expect(changed.equals(answer)).toBe(false);
    expect(verifier.verify(changed, signature)).toBe('invalid');
    expect(verifier.verify(Buffer.concat([answer, Buffer.from('\n')]), signature)).toBe('invalid');
  });

  it('refuses it when another certificate is pinned', () => {
    expect(new AnswerVerifier([certificateOf('ida-partner'), root], NOW).verify(answer, signature)).toBe(
      'invalid',
    );
  });

  it('refuses it with another algorithm in its header, none above all', () => {
    for (const alg of ['none', 'None', 'HS256', 'PS256', undefined]) {
      expect(verifier.verify(answer, withHeader({ alg }))).toBe('invalid');
    }
    const none = Buffer.from(JSON.stringify({ ...parsed, alg: 'none' })).toString('base64url');
    expect(verifier.verify(answer, `${none}..`)).toBe('invalid');
  });

  it('refuses it with another certificate in its header', () => {
    expect(verifier.verify(answer, withHeader({ x5c: x5cOf(partner) }))).toBe('invalid');
  });
});

describe('AnswerVerifier with a pinned signing certificate', () => {
  it('tells an answer without a signature from one with a wrong signature', () => {
    expect(verifier.verify(body, undefined)).toBe('absent');
    expect(verifier.verify(body, '')).toBe('invalid');
  });

  it('does not trust what the header brings along: a sound signature under another certificate is invalid', () => {
    const foreign = jws({ alg: 'RS256', x5c: x5cOf(partner, intermediate, root) }, keyOf('partner'));
    expect(verifier.verify(body, foreign)).toBe('invalid');
    expect(new AnswerVerifier([], NOW).verify(body, foreign)).toBe('invalid');
  });

  it('does not trust a signature of another key under the pinned certificate', () => {
    expect(verifier.verify(body, jws({ alg: 'RS256', x5c: x5cOf(idaSign) }, keyOf('partner')))).toBe(
      'invalid',
    );
    expect(verifier.verify(body, jws({ alg: 'RS256', x5c: x5cOf(partner, idaSign) }, keyOf('partner')))).toBe(
      'invalid',
    );
  });

  it('refuses algorithms other than RS256 though the pinned key signed the header', () => {
    for (const alg of ['none', 'RS512', 'rs256', null, ['RS256']]) {
      expect(verifier.verify(body, jws({ alg, x5c: x5cOf(idaSign) }, keyOf('ida-sign')))).toBe('invalid');
    }
    expect(verifier.verify(body, jws({ alg: 'RS256', x5c: x5cOf(idaSign) }, keyOf('ida-sign')))).toBe(
      'valid',
    );
  });

  it('refuses a header that demands an extension, since it understands none', () => {
    const header = { alg: 'RS256', x5c: x5cOf(idaSign), crit: ['b64'], b64: false };
    expect(verifier.verify(body, jws(header, keyOf('ida-sign')))).toBe('invalid');
  });

  it('accepts any of several pins, as when IDA changes its key', () => {
    const both = new AnswerVerifier([partner, idaSign], NOW);
    expect(both.verify(body, jws({ alg: 'RS256', x5c: x5cOf(idaSign) }, keyOf('ida-sign')))).toBe('valid');
    expect(both.verify(body, jws({ alg: 'RS256', x5c: x5cOf(partner) }, keyOf('partner')))).toBe('valid');
  });

  it('holds to the dates of the pinned certificate', () => {
    const signature = jws({ alg: 'RS256', x5c: x5cOf(idaSign) }, keyOf('ida-sign'));
    const verdictAt = (time: string): SignatureVerdict =>
      new AnswerVerifier([idaSign], at(time)).verify(body, signature);
    expect(verdictAt('2026-11-22T00:47:18Z')).toBe('invalid');
    expect(verdictAt('2026-11-22T00:47:19Z')).toBe('valid');
    expect(verdictAt('2046-11-17T00:47:19Z')).toBe('valid');
    expect(verdictAt('2046-11-17T00:47:20Z')).toBe('invalid');
  });

  it.each([
    ['no JWS', 'nonsense'],
    ['two parts', 'eyJhbGciOiJSUzI1NiJ9.c2ln'],
    [
      'a payload that is not detached',
      jws({ alg: 'RS256', x5c: x5cOf(idaSign) }, keyOf('ida-sign')).replace(
        '..',
        `.${body.toString('base64url')}.`,
      ),
    ],
    ['characters outside base64url', 'eyJhbGciOiJSUzI1NiJ9..c2l+/w=='],
    ['a line break at the end', `${jws({ alg: 'RS256', x5c: x5cOf(idaSign) }, keyOf('ida-sign'))}\n`],
    ['a header that is no JSON', jws('{"alg":', keyOf('ida-sign'))],
    ['a header that is null', jws('null', keyOf('ida-sign'))],
    ['a header that is a list', jws('[]', keyOf('ida-sign'))],
    ['no x5c', jws({ alg: 'RS256' }, keyOf('ida-sign'))],
    ['an empty x5c', jws({ alg: 'RS256', x5c: [] }, keyOf('ida-sign'))],
    ['an x5c that is text', jws({ alg: 'RS256', x5c: x5cOf(idaSign)[0] }, keyOf('ida-sign'))],
    [
      'an x5c that holds something else',
      jws({ alg: 'RS256', x5c: [...x5cOf(idaSign), 7] }, keyOf('ida-sign')),
    ],
    ['an x5c of lists of bytes', jws({ alg: 'RS256', x5c: [Array.from(idaSign.raw)] }, keyOf('ida-sign'))],
    ['an x5c that holds no certificate', jws({ alg: 'RS256', x5c: ['AAAA'] }, keyOf('ida-sign'))],
  ])('calls a signature with %s invalid and does not throw', (_what, signature) => {
    expect(verifier.verify(body, signature)).toBe('invalid');
  });
});

describe('AnswerVerifier with a pinned CA certificate', () => {
  it('accepts a certificate whose path leads there, and none whose path does not', () => {
    const pinned = new AnswerVerifier([root], NOW);
    expect(pinned.verify(body, signedByPartner(partner, intermediate))).toBe('valid');
    expect(pinned.verify(body, signedByPartner(partner, intermediate, root))).toBe('valid');
    expect(pinned.verify(body, signedByPartner(partner))).toBe('invalid');
    expect(pinned.verify(body, signedByPartner(partner, root))).toBe('invalid');
    expect(pinned.verify(body, jws({ alg: 'RS256', x5c: x5cOf(idaSign) }, keyOf('ida-sign')))).toBe(
      'invalid',
    );
  });

  it('needs no path in the header under a pinned intermediate', () => {
    expect(new AnswerVerifier([intermediate], NOW).verify(body, signedByPartner(partner))).toBe('valid');
  });

  it('holds to the dates of the path', () => {
    const past = new AnswerVerifier([root], at('2046-11-18T00:00:00Z'));
    expect(past.verify(body, signedByPartner(partner, intermediate))).toBe('invalid');
  });
});

describe('AnswerVerifier with a pinned certificate whose key cannot sign RS256', () => {
  it('refuses an elliptic key, whose signature has the same hash', () => {
    const file = readFileSync(new URL('../pkcs12/fixtures/elliptic.p12', import.meta.url));
    const { certificate, privateKey } = readPkcs12(file, IDA_VECTOR_PASSWORD);
    const pinned = new AnswerVerifier([certificate], at('2027-01-01T00:00:00Z'));
    expect(pinned.verify(body, jws({ alg: 'RS256', x5c: x5cOf(certificate) }, privateKey))).toBe('invalid');
  });

  it('refuses an RSA-PSS key, whose signature has the same hash', () => {
    const file = readFileSync(new URL('fixtures/rsa-pss-answer.json', import.meta.url), 'utf8');
    const answer = JSON.parse(file) as Record<'body' | 'signature' | 'certificate', string>;
    const certificate = new X509Certificate(Buffer.from(answer.certificate, 'base64'));
    const pinned = new AnswerVerifier([certificate], at('2027-01-01T00:00:00Z'));
    expect(pinned.verify(Buffer.from(answer.body), answer.signature)).toBe('invalid');
  });

  it('refuses an RSA key of less than 2048 bits', () => {
    expect(verdictForKeyOf(1024)).toBe('invalid');
    expect(verdictForKeyOf(2048)).toBe('valid');
  });
});

/** On a sound signature under a pinned certificate with an RSA key of this length. */
function verdictForKeyOf(lengthBits: number): SignatureVerdict {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: lengthBits });
  const certificate = selfSigned(privateKey);
  const signature = jws({ alg: 'RS256', x5c: x5cOf(certificate) }, privateKey);
  return new AnswerVerifier([certificate], at('2030-06-01T00:00:00Z')).verify(body, signature);
}

function selfSigned(key: KeyObject): X509Certificate {
  const certificate = forge.pki.createCertificate();
  const publicPem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  certificate.serialNumber = '01';
  certificate.publicKey = forge.pki.publicKeyFromPem(publicPem);
  certificate.setSubject([{ shortName: 'CN', value: 'TEST ONLY' }]);
  certificate.setIssuer([{ shortName: 'CN', value: 'TEST ONLY' }]);
  certificate.validity.notBefore = new Date('2030-01-01T00:00:00Z');
  certificate.validity.notAfter = new Date('2031-01-01T00:00:00Z');
  const privatePem = key.export({ type: 'pkcs1', format: 'pem' }).toString();
  certificate.sign(forge.pki.privateKeyFromPem(privatePem), forge.md.sha256.create());
  return new X509Certificate(forge.pki.certificateToPem(certificate));
}
