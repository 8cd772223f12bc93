import { generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';

import forge from 'node-forge';
import { describe, expect, it } from 'vitest';

import { detachedJws, headerOf } from '../../test/envelope.js';
import { certificate, key } from '../../test/vector-ida.js';
import { issueAuthority } from '../pki/certificates.js';
import { PROFILES } from '../service/profiles.js';
import {
  certificateInHeader,
  RequestSignatureVerifier,
  type RequestSignatureRules,
} from './request-signature.js';
import { TrustStore } from './trust.js';

const NOW = new Date('2026-11-22T01:00:00Z');
const BODY = '{"name":"Hélène"}';
const OLD = PROFILES['1.2.0.1'].requestSignature;
const NEW = PROFILES['1.3.0'].requestSignature;
const AUTHORITIES = ['ca-root', 'ca-inter'];

async function verifier(
  authorities: readonly string[] = AUTHORITIES,
  rules: RequestSignatureRules = OLD,
): Promise<RequestSignatureVerifier> {
  return new RequestSignatureVerifier(new TrustStore(await Promise.all(authorities.map(certificate))), rules);
}

async function signed(header: object): Promise<string> {
  return detachedJws(header, BODY, await key('partner'));
}

async function goodSignature(): Promise<string> {
  return signed(headerOf(await certificate('partner')));
}

describe('a request signature', () => {
  it.each([
    ['by commons-codec', OLD],
    ['strictly', NEW],
  ])(
    'is good if a certificate under the trusted CAs made it over this body, read %s',
    async (_how, rules) => {
      const verify = await verifier(AUTHORITIES, rules);
      expect(verify.verify(await goodSignature(), BODY, NOW)).toBe('valid');
      expect(verify.verify(await goodSignature(), BODY, NOW)).toBe('valid');
    },
  );

  it('may carry its certificate as PEM text in base64 with line feeds, but not before a strict decoder', async () => {
    const pem = Buffer.from((await certificate('partner')).toString()).toString('base64');
    const ofOriginal = await signed({ alg: 'RS256', x5c: [pem.replaceAll(/.{76}/g, '$&\n')] });
    expect((await verifier()).verify(ofOriginal, BODY, NOW)).toBe('valid');
    expect((await verifier(AUTHORITIES, NEW)).verify(ofOriginal, BODY, NOW)).toBe('invalid');
    const onOneLine = await signed({ alg: 'RS256', x5c: [pem] });
    expect((await verifier(AUTHORITIES, NEW)).verify(onOneLine, BODY, NOW)).toBe('valid');
  });

  it('is refused if the body is another', async () => {
    const signature = await goodSignature();
    expect((await verifier()).verify(signature, `${BODY} `, NOW)).toBe('invalid');
  });

  it('is refused if another key made it', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signature = detachedJws(headerOf(await certificate('partner')), BODY, privateKey);
    expect((await verifier()).verify(signature, BODY, NOW)).toBe('invalid');
  });

  it('is refused if no path leads to a trusted root', async () => {
    const signature = await goodSignature();
    expect((await verifier(['ca-root'])).verify(signature, BODY, NOW)).toBe('invalid');
    expect((await verifier(['ca-inter'])).verify(signature, BODY, NOW)).toBe('invalid');
  });

  it.each(['2020-01-01T00:00:00Z', '2090-01-01T00:00:00Z'])(
    'is refused at %s, when its certificate is not in force',
    async (time) => {
      const signature = await goodSignature();
      const verify = await verifier();
      expect(verify.verify(signature, BODY, new Date(time))).toBe('invalid');
    },
  );

  it.each([
    ['has no certificate', { alg: 'RS256' }],
    ['has something else for a certificate', { alg: 'RS256', x5c: ['AAAA'] }],
    ['names no list of certificates', { alg: 'RS256', x5c: 'AAAA' }],
  ])('is refused if its header %s', async (_what, header) => {
    const signature = detachedJws(header, BODY, await key('partner'));
    expect((await verifier()).verify(signature, BODY, NOW)).toBe('invalid');
  });

  it.each(['', 'a', '..', 'a..b', 'a.b.c.d', '!..!', 'bnVsbA..AA'])(
    'is refused if it is %j, no compact JWS',
    async (text) => {
      expect((await verifier()).verify(text, BODY, NOW)).toBe('invalid');
    },
  );
});

/** Under a CA of its own, because the vectors have none with a short key. */
async function shortKeyed(): Promise<{
  readonly signer: X509Certificate;
  readonly privateKey: KeyObject;
  readonly trust: TrustStore;
}> {
  const authority = await issueAuthority({ organization: 'Country', commonName: 'root' });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const leaf = forge.pki.createCertificate();
  leaf.publicKey = forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  const { subject, validity } = forge.pki.certificateFromPem(authority.certificatePem);
  leaf.validity = validity;
  leaf.setIssuer(subject.attributes);
  leaf.sign(forge.pki.privateKeyFromPem(authority.privateKeyPem), forge.md.sha256.create());
  return {
    signer: new X509Certificate(forge.pki.certificateToPem(leaf)),
    privateKey,
    trust: new TrustStore([new X509Certificate(authority.certificatePem)]),
  };
}

it('a key below 2048 bits is refused, but not by keymanager 1.3.0', async () => {
  const { signer, privateKey, trust } = await shortKeyed();
  // The throw-away CA comes into force when it is made.
  const now = new Date();
  const jws = detachedJws(headerOf(signer), BODY, privateKey);
  expect(new RequestSignatureVerifier(trust, OLD).verify(jws, BODY, now)).toBe('invalid');
  expect(new RequestSignatureVerifier(trust, NEW).verify(jws, BODY, now)).toBe('valid');
});

describe('keymanager 1.3.0', () => {
  it('remembers certificates by x5t#S256, and looks at no other any more', async () => {
    const partner = await certificate('partner');
    const verify = await verifier(AUTHORITIES, NEW);
    const alone = await signed({ alg: 'RS256', 'x5t#S256': 'any text' });
    expect(verify.verify(alone, BODY, NOW)).toBe('invalid');
    expect(verify.verify(await signed({ ...headerOf(partner), 'x5t#S256': 'any text' }), BODY, NOW)).toBe(
      'valid',
    );
    expect(verify.verify(alone, BODY, NOW)).toBe('valid');
    const withAnother = { ...headerOf(await certificate('ca-inter')), 'x5t#S256': 'any text' };
    expect(verify.verify(await signed(withAnother), BODY, NOW)).toBe('valid');
  });

  it('takes a lone certificate for the list, which IDA then cannot', async () => {
    const [x5c] = (headerOf(await certificate('partner')) as { readonly x5c: readonly string[] }).x5c;
    const jws = await signed({ alg: 'RS256', x5c });
    expect((await verifier(AUTHORITIES, NEW)).verify(jws, BODY, NOW)).toBe('valid');
    expect((await verifier()).verify(jws, BODY, NOW)).toBe('invalid');
    expect(certificateInHeader(jws)).toBe('no list');
  });
});

describe('the certificate that IDA compares', () => {
  it('is the first of x5c', async () => {
    const found = certificateInHeader(await goodSignature());
    expect((found as X509Certificate).raw).toEqual((await certificate('partner')).raw);
  });

  it.each([{}, { x5c: [] }, { x5c: ['AAAA'] }, { x5c: [1] }])('is none in %j', async (header) => {
    expect(certificateInHeader(await signed(header))).toBeUndefined();
  });
});
