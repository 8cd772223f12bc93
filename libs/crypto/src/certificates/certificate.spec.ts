import { readFileSync } from 'node:fs';
import { idaVector, idaVectorPath } from '@mts/testing';
import { describe, expect, it } from 'vitest';
import { certificateThumbprint, readCertificate } from './index.js';

const file = (name: string): Buffer => readFileSync(idaVectorPath(`keys/${name}`));

describe('readCertificate', () => {
  it('reads the same certificate from PEM and from DER', () => {
    const der = readCertificate(file('ida-partner.crt.der'));
    const pem = readCertificate(file('ida-partner.crt.pem'));
    expect(pem.raw.equals(der.raw)).toBe(true);
    expect(der.subject).toContain('TEST ONLY IDA-PARTNER');
  });

  it('takes the first of several certificates in a PEM file', () => {
    const first = readCertificate(file('ca-chain.crt.pem'));
    expect(first.raw.equals(readCertificate(file('ca-inter.crt.pem')).raw)).toBe(true);
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['text', Buffer.from('-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n')],
    ['a PKCS#12 file', file('partner-modern-aes256.p12')],
    ['a cut-off certificate', file('ida-partner.crt.der').subarray(0, 500)],
  ])('tells the operator which file to give instead of %s', (_what, bytes) => {
    expect(() => readCertificate(bytes)).toThrow(
      /holds no X\.509 certificate: give a PEM file .* or a DER file/,
    );
  });
});

describe('certificateThumbprint', () => {
  it('is the thumbprint that the original sent for the same certificate', () => {
    const thumbprint = certificateThumbprint(readCertificate(file('ida-partner.crt.pem')));
    expect(thumbprint.toString('hex').toUpperCase()).toBe(
      idaVector('v01').expected.ida_cert_sha256_hex_upper,
    );
  });
});
