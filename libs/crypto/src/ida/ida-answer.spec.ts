import {
  constants,
  createCipheriv,
  createPrivateKey,
  type JsonWebKey,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { idaVectorPath } from '@mts/testing';
import { describe, expect, it } from 'vitest';
import { openIdaAnswer, openJoinedIdaAnswer, type SealedIdaAnswer } from './index.js';

const privateKeyOf = (name: string): ReturnType<typeof createPrivateKey> =>
  createPrivateKey({
    key: JSON.parse(readFileSync(idaVectorPath(`keys/${name}.key.jwk.json`), 'utf8')) as JsonWebKey,
    format: 'jwk',
  });
const partnerCertificate = new X509Certificate(readFileSync(idaVectorPath('keys/partner.crt.pem')));

const identity = Buffer.from('{"name_eng":"Emana Sar Test","gender_ara":"ذكر","dob":"1976/01/01"}');

/** As IDA answers eKYC: the session key for the partner certificate, the identity as ciphertext, tag, 16-byte IV. */
function sealedByIda(): SealedIdaAnswer {
  const sessionKey = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-gcm', sessionKey, iv, { authTagLength: 16 });
  const ciphertext = Buffer.concat([cipher.update(identity), cipher.final()]);
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  return {
    sessionKey: publicEncrypt({ key: partnerCertificate.publicKey, ...oaep }, sessionKey).toString(
      'base64url',
    ),
    identity: Buffer.concat([ciphertext, cipher.getAuthTag(), iv]).toString('base64url'),
  };
}

const CANNOT_OPEN = /does not open: .* the partner key must be the one of that certificate/;

describe('openIdaAnswer', () => {
  it('opens the identity that IDA sealed for the partner certificate', () => {
    expect(openIdaAnswer(sealedByIda(), privateKeyOf('partner')).equals(identity)).toBe(true);
  });

  it('tells that the key may be another than the certificate that IDA holds', () => {
    expect(() => openIdaAnswer(sealedByIda(), privateKeyOf('ida-sign'))).toThrow(CANNOT_OPEN);
  });

  it.each([0, -33, -17, -1])('opens nothing when the byte at %i was altered', (at) => {
    const sealed = sealedByIda();
    const bytes = Buffer.from(sealed.identity, 'base64url');
    const index = at < 0 ? bytes.length + at : at;
    bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
    expect(() =>
      openIdaAnswer({ ...sealed, identity: bytes.toString('base64url') }, privateKeyOf('partner')),
    ).toThrow(CANNOT_OPEN);
  });

  it('opens nothing that is too short to hold a tag and an IV, or was cut in the tag', () => {
    const sealed = sealedByIda();
    for (const lengthBytes of [0, 31, 40]) {
      const cut = Buffer.from(sealed.identity, 'base64url').subarray(-lengthBytes || Infinity);
      const identityCut = cut.toString('base64url');
      expect(() => openIdaAnswer({ ...sealed, identity: identityCut }, privateKeyOf('partner'))).toThrow(
        CANNOT_OPEN,
      );
    }
  });
});

/** The two fields of an answer as IDA 1.1.x joins them. */
const join = (sealed: SealedIdaAnswer, splitter = '#KEY_SPLITTER#'): string =>
  Buffer.concat([
    Buffer.from(sealed.sessionKey, 'base64url'),
    Buffer.from(splitter),
    Buffer.from(sealed.identity, 'base64url'),
  ]).toString('base64url');

describe('openJoinedIdaAnswer', () => {
  it('opens the identity that IDA 1.1.x sealed, key and data in one', () => {
    expect(openJoinedIdaAnswer(join(sealedByIda()), privateKeyOf('partner')).equals(identity)).toBe(true);
  });

  it('tells that the key may be another than the certificate that IDA holds', () => {
    expect(() => openJoinedIdaAnswer(join(sealedByIda()), privateKeyOf('ida-sign'))).toThrow(CANNOT_OPEN);
  });

  it.each([
    ['without a splitter', join(sealedByIda(), '')],
    ['with the splitter elsewhere', join({ ...sealedByIda(), sessionKey: 'AAAA' })],
    ['in the form of later versions', sealedByIda().identity],
    ['empty', ''],
  ])('opens nothing that is %s', (_what, joined) => {
    expect(() => openJoinedIdaAnswer(joined, privateKeyOf('partner'))).toThrow(CANNOT_OPEN);
  });
});
