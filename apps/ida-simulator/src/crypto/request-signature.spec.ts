import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { detachedJws, headerOf } from '../../test/envelope.js';
import { certificate, key } from '../../test/vector-ida.js';
import { RequestSignatureVerifier } from './request-signature.js';
import { TrustStore } from './trust.js';

const NOW = new Date('2026-11-22T01:00:00Z');
const BODY = '{"name":"Hélène"}';

async function verifier(...authorities: readonly string[]): Promise<RequestSignatureVerifier> {
  return new RequestSignatureVerifier(new TrustStore(await Promise.all(authorities.map(certificate))));
}

async function goodSignature(): Promise<string> {
  return detachedJws(headerOf(await certificate('partner')), BODY, await key('partner'));
}

describe('a request signature', () => {
  it('is good if a certificate under the trusted CAs made it over this body', async () => {
    const [partner, privateKey] = [await certificate('partner'), await key('partner')];
    const signer = (await verifier('ca-root', 'ca-inter')).verify(
      detachedJws(headerOf(partner), BODY, privateKey),
      BODY,
      NOW,
    );
    expect(signer?.raw).toEqual(partner.raw);
  });

  it('may carry its certificate as PEM text in base64 with line feeds, as the original token seeder does', async () => {
    const [partner, privateKey] = [await certificate('partner'), await key('partner')];
    const x5c = Buffer.from(partner.toString()).toString('base64').replaceAll(/.{76}/g, '$&\n');
    const jwsOfOriginal = detachedJws({ alg: 'RS256', x5c: [x5c] }, BODY, privateKey);
    expect((await verifier('ca-root', 'ca-inter')).verify(jwsOfOriginal, BODY, NOW)).toBeDefined();
  });

  it('is refused if the body is another', async () => {
    const signature = await goodSignature();
    expect((await verifier('ca-root', 'ca-inter')).verify(signature, `${BODY} `, NOW)).toBeUndefined();
  });

  it('is refused if another key made it', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signature = detachedJws(headerOf(await certificate('partner')), BODY, privateKey);
    expect((await verifier('ca-root', 'ca-inter')).verify(signature, BODY, NOW)).toBeUndefined();
  });

  it('is refused if no path leads to a trusted root', async () => {
    const signature = await goodSignature();
    expect((await verifier('ca-root')).verify(signature, BODY, NOW)).toBeUndefined();
    expect((await verifier('ca-inter')).verify(signature, BODY, NOW)).toBeUndefined();
  });

  it.each(['2020-01-01T00:00:00Z', '2090-01-01T00:00:00Z'])(
    'is refused at %s, when its certificate is not in force',
    async (time) => {
      const signature = await goodSignature();
      const verify = await verifier('ca-root', 'ca-inter');
      expect(verify.verify(signature, BODY, new Date(time))).toBeUndefined();
    },
  );

  it.each([
    ['has no certificate', { alg: 'RS256' }],
    ['has something else for a certificate', { alg: 'RS256', x5c: ['AAAA'] }],
    ['names no list of certificates', { alg: 'RS256', x5c: 'AAAA' }],
  ])('is refused if its header %s', async (_what, header) => {
    const signature = detachedJws(header, BODY, await key('partner'));
    expect((await verifier('ca-root', 'ca-inter')).verify(signature, BODY, NOW)).toBeUndefined();
  });

  it.each(['', 'a', '..', 'a..b', 'a.b.c.d', '!..!', 'bnVsbA..AA'])(
    'is refused if it is %j, no compact JWS',
    async (text) => {
      expect((await verifier('ca-root', 'ca-inter')).verify(text, BODY, NOW)).toBeUndefined();
    },
  );
});
