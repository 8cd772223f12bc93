import { X509Certificate } from 'node:crypto';

import { expect, it } from 'vitest';

import { issueAuthority, issueLeaf } from '../pki/certificates.js';
import { readCertificate, TrustStore } from './trust.js';

const CA = { organization: 'Country', commonName: 'root' };
const PARTNER = { organization: 'Partner', commonName: 'partner' };

function x509({ certificatePem }: { readonly certificatePem: string }): X509Certificate {
  return new X509Certificate(certificatePem);
}

it('a certificate under a CA that only bears the name of a trusted one has no path', async () => {
  const [trusted, impostor] = [await issueAuthority(CA), await issueAuthority(CA)];
  const leaf = x509(await issueLeaf(PARTNER, impostor));
  expect(new TrustStore([x509(trusted)]).pathOf(leaf)).toBeUndefined();
  expect(new TrustStore([x509(impostor)]).pathOf(leaf)).toHaveLength(2);
});

it('a certificate under one that is no CA has no path, even if that is in the store', async () => {
  const root = await issueAuthority(CA);
  const middle = await issueLeaf({ organization: 'Country', commonName: 'no CA' }, root);
  const leaf = x509(await issueLeaf(PARTNER, middle));
  expect(new TrustStore([x509(root), x509(middle)]).pathOf(leaf)).toBeUndefined();
});

it('a certificate whose key cannot be read is none', async () => {
  const { raw } = x509(await issueAuthority(CA));
  expect(readCertificate(raw)).toBeDefined();
  const broken = Buffer.from(raw);
  // rsaEncryption (RFC 8017 appendix C) turned into an algorithm that nobody knows.
  broken[raw.indexOf(Buffer.from('2a864886f70d010101', 'hex')) + 2] = 0x7f;
  expect(readCertificate(broken)).toBeUndefined();
});
