import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

import forge from 'node-forge';

/** The key of a PKCS#12 file, and its own certificate. */
export function openP12(
  bytes: Buffer,
  password: string,
): { readonly certificate: X509Certificate; readonly privateKey: KeyObject } {
  const p12 = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes.toString('binary')), password);
  const { certBag = '', pkcs8ShroudedKeyBag = '' } = forge.pki.oids;
  const cert = p12.getBags({ bagType: certBag })[certBag]?.[0]?.cert;
  const key = p12.getBags({ bagType: pkcs8ShroudedKeyBag })[pkcs8ShroudedKeyBag]?.[0]?.key;
  if (!cert || !key) throw new TypeError('the PKCS#12 file lacks the key or its certificate');
  return {
    certificate: new X509Certificate(forge.pki.certificateToPem(cert)),
    privateKey: createPrivateKey(forge.pki.privateKeyToPem(key)),
  };
}
