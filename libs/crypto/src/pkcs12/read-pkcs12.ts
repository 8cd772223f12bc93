import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { isIssuedBy } from '../certificates/certificate.js';
import type { PartnerKey } from './partner-key.js';

/** A PKCS#12 file that gives no partner key. The text tells the operator what to do, and never holds the password. */
export class Pkcs12Error extends Error {
  override readonly name = 'Pkcs12Error';
}

/**
 * Reads the partner's key, its certificate and the issuers from a PKCS#12 file (RFC 7292): PBES2, or the older 3DES and
 * RC2-40 under SHA-1, which OpenSSL 3, and so node:crypto, no longer opens by itself.
 *
 * The certificate is the one with the key's public key; if several have it (renewed under the same key), the one that
 * the file ties to the key by localKeyID. Its place in the file says nothing: OpenSSL and keytool differ.
 *
 * @throws Pkcs12Error no such file, another password, no key, several keys, or none of the certificates is the key's
 */
export function readPkcs12(file: Buffer, password: string): PartnerKey {
  const bags = openBags(file, password);
  const keyBag = theOnlyKey(bags.filter(isKeyBag));
  const privateKey = privateKeyOf(keyBag);
  const certificates = bags
    .filter(({ type }) => type === forge.pki.oids['certBag'])
    .map((bag) => ({ certificate: certificateOf(bag), keyId: localKeyIdOf(bag) }));

  const matching = certificates.filter(({ certificate }) => certificate.checkPrivateKey(privateKey));
  const tied = matching.find(({ keyId }) => keyId !== undefined && keyId === localKeyIdOf(keyBag));
  const certificate = (tied ?? matching[0])?.certificate;
  if (certificate === undefined) {
    throw new Pkcs12Error(
      'The PKCS#12 file holds a private key, but not the certificate that belongs to it: ' +
        'export the key together with the partner certificate that MOSIP signed',
    );
  }
  return {
    privateKey,
    certificate,
    chain: issuersOf(
      certificate,
      certificates.map((entry) => entry.certificate),
    ),
  };
}

function openBags(file: Buffer, password: string): forge.pkcs12.Bag[] {
  const structure = structureOf(file);
  try {
    return bagsIn(structure, password);
  } catch (error) {
    throw new Pkcs12Error(
      'The PKCS#12 file does not open with this password: give the one that it was exported with. ' +
        'If it is the right one, the file is protected in a way that cannot be read here: ' +
        'export it again with "openssl pkcs12 -export" and a password of ASCII characters',
      { cause: error },
    );
  }
}

/** PFX ::= SEQUENCE { version INTEGER {v3(3)}, authSafe, macData OPTIONAL } (RFC 7292 §4) */
function structureOf(file: Buffer): forge.asn1.Asn1 {
  try {
    const structure = forge.asn1.fromDer(file.toString('latin1'));
    const version = Array.isArray(structure.value) ? structure.value[0] : undefined;
    if (version?.value === '\u0003') return structure;
  } catch (error) {
    throw notPkcs12({ cause: error });
  }
  throw notPkcs12();
}

const notPkcs12 = (options?: ErrorOptions): Pkcs12Error =>
  new Pkcs12Error('The file is no PKCS#12 file: give the partner key as .p12 or .pfx', options);

function bagsIn(structure: forge.asn1.Asn1, password: string): forge.pkcs12.Bag[] {
  return forge.pkcs12.pkcs12FromAsn1(structure, password).safeContents.flatMap(({ safeBags }) => safeBags);
}

const isKeyBag = ({ type }: forge.pkcs12.Bag): boolean =>
  type === forge.pki.oids['pkcs8ShroudedKeyBag'] || type === forge.pki.oids['keyBag'];

function theOnlyKey(keyBags: readonly forge.pkcs12.Bag[]): forge.pkcs12.Bag {
  const [keyBag, ...others] = keyBags;
  if (keyBag === undefined) {
    throw new Pkcs12Error(
      'The PKCS#12 file holds no private key: export the partner certificate again together with its key',
    );
  }
  if (others.length > 0) {
    throw new Pkcs12Error(
      `The PKCS#12 file holds ${String(keyBags.length)} private keys: export the entry of the auth partner alone`,
    );
  }
  return keyBag;
}

/** node-forge reads RSA keys itself and leaves others as the PKCS#8 that they came in. */
function privateKeyOf(bag: forge.pkcs12.Bag): KeyObject {
  return bag.key
    ? createPrivateKey({ key: derOf(forge.pki.privateKeyToAsn1(bag.key)), format: 'der', type: 'pkcs1' })
    : createPrivateKey({ key: derOf(bag.asn1), format: 'der', type: 'pkcs8' });
}

/** The bytes as they were: node-forge keeps the signed part as it was read, or all where it cannot read it. */
function certificateOf(bag: forge.pkcs12.Bag): X509Certificate {
  return new X509Certificate(derOf(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1));
}

function derOf(structure: forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(structure).getBytes(), 'latin1');
}

function localKeyIdOf(bag: forge.pkcs12.Bag): string | undefined {
  const { localKeyId } = bag.attributes as { readonly localKeyId?: readonly string[] };
  return localKeyId?.[0];
}

function issuersOf(leaf: X509Certificate, certificates: readonly X509Certificate[]): X509Certificate[] {
  const path = [leaf];
  const isNext = (candidate: X509Certificate): boolean =>
    !path.includes(candidate) && isIssuedBy(path.at(-1) ?? leaf, candidate);
  for (let next = certificates.find(isNext); next !== undefined; next = certificates.find(isNext))
    path.push(next);
  return path.slice(1);
}
