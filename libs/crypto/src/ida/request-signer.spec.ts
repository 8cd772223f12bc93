import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type JsonWebKey,
  verify,
  X509Certificate,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { idaVector, idaVectorNames, idaVectorPath } from '@mts/testing';
import { describe, expect, it } from 'vitest';
import type { PartnerKey } from '../pkcs12/index.js';
import { RequestSigner } from './index.js';

const partner: PartnerKey = {
  privateKey: createPrivateKey({
    key: JSON.parse(readFileSync(idaVectorPath('keys/partner.key.jwk.json'), 'utf8')) as JsonWebKey,
    format: 'jwk',
  }),
  certificate: new X509Certificate(readFileSync(idaVectorPath('keys/partner.crt.pem'))),
  chain: [new X509Certificate(readFileSync(idaVectorPath('keys/ca-inter.crt.pem')))],
};
const body = Buffer.from('{"id":"mosip.identity.auth","transactionID":"A1b2C3d4E5"}');

interface RawJws {
  readonly header: Record<string, unknown>;
  readonly payload: string;
  readonly isSignatureOf: (payload: Buffer) => boolean;
}

/** Taken apart by hand, and verified by the certificate in the header alone, as IDA does at first. */
function rawJws(jws: string): RawJws {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const parsed = JSON.parse(Buffer.from(header, 'base64url').toString()) as {
    readonly x5c: readonly string[];
  };
  const certificate = new X509Certificate(Buffer.from(parsed.x5c[0] ?? '', 'base64'));
  return {
    header: { ...parsed },
    payload,
    isSignatureOf: (signed) =>
      verify(
        'RSA-SHA256',
        Buffer.from(`${header}.${signed.toString('base64url')}`),
        certificate.publicKey,
        Buffer.from(signature, 'base64url'),
      ),
  };
}

describe('RequestSigner', () => {
  it.each(idaVectorNames('s'))('signs the body of %s exactly as the standard form has it', async (name) => {
    const { body: text, headers } = idaVector(name);
    expect(await new RequestSigner(partner).sign(Buffer.from(text))).toBe(headers['Signature']);
  });

  it('signs the body, which the JWS leaves out, and no other', async () => {
    const jws = rawJws(await new RequestSigner(partner).sign(body));
    expect(jws.payload).toBe('');
    expect(jws.isSignatureOf(body)).toBe(true);
    expect(jws.isSignatureOf(Buffer.concat([body, Buffer.from(' ')]))).toBe(false);
  });

  it('names RS256, the leaf alone as base64 of its DER, and its thumbprint in the header', async () => {
    const { header } = rawJws(await new RequestSigner(partner).sign(body));
    const der = partner.certificate.raw;
    const thumbprint = createHash('sha256').update(der).digest('base64url');
    expect(header).toEqual({
      alg: 'RS256',
      x5c: [der.toString('base64')],
      'x5t#S256': thumbprint,
      kid: thumbprint,
    });
  });

  it('signs many bodies at once, each its own', async () => {
    const signer = new RequestSigner(partner);
    const bodies = Array.from({ length: 20 }, (_, number) => Buffer.from(`{"number":${String(number)}}`));
    const signatures = await Promise.all(bodies.map(async (each) => signer.sign(each)));
    expect(bodies.every((each, number) => rawJws(signatures[number] ?? '').isSignatureOf(each))).toBe(true);
  });

  it('signs outside the event loop, so that nothing is settled before the loop has turned', async () => {
    let settled = false;
    const signing = new RequestSigner(partner).sign(body).finally(() => {
      settled = true;
    });
    for (let microtask = 0; microtask < 20; microtask++) await Promise.resolve();
    expect(settled).toBe(false);
    await signing;
    expect(settled).toBe(true);
  });

  it('refuses a key that IDA would not accept', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const refusal = /must be RSA of 2048 bits or more/;
    expect(() => new RequestSigner({ ...partner, privateKey: short })).toThrow(refusal);
    const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;
    expect(() => new RequestSigner({ ...partner, privateKey: pss })).toThrow(refusal);
    const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(() => new RequestSigner({ ...partner, privateKey: elliptic })).toThrow(refusal);
  });
});
