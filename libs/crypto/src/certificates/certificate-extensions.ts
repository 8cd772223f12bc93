import type { X509Certificate } from 'node:crypto';

/** Extensions of RFC 5280 §4.2.1 that a path is judged by; the DER of their object identifiers, in hex. */
const KEY_USAGE = '551d0f';
const BASIC_CONSTRAINTS = '551d13';

/** DER tags (X.690 §8). */
const BOOLEAN = 0x01;
const INTEGER = 0x02;
/** `extensions [3]` of TBSCertificate (RFC 5280 §4.1). */
const EXTENSIONS = 0xa3;

/** digitalSignature and nonRepudiation: bits 0 and 1 of KeyUsage, counted from the highest (RFC 5280 §4.2.1.3). */
const SIGNING_BITS = 0b1100_0000;

/** What the extensions of a certificate allow and demand, as far as node:crypto does not tell. */
export interface CertificateLimits {
  /** How many further CA certificates may stand between this one and a leaf; unlimited where it is not said. */
  readonly pathLength: number;
  /** Whether the key may sign data: its key usage says so, or there is none. */
  readonly maySign: boolean;
  /** Whether it has a critical extension that is not judged here, so that it must be refused (RFC 5280 §4.2). */
  readonly demandsMore: boolean;
}

/** @throws RangeError when the DER is not readable */
export function certificateLimits(certificate: X509Certificate): CertificateLimits {
  const extensions = extensionsOf(certificate);
  return {
    pathLength: pathLengthOf(extensions.find(({ id }) => id === BASIC_CONSTRAINTS)),
    maySign: signingAllowedBy(extensions.find(({ id }) => id === KEY_USAGE)),
    demandsMore: extensions.some(
      ({ id, critical }) => critical && id !== BASIC_CONSTRAINTS && id !== KEY_USAGE,
    ),
  };
}

interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

/** Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING } */
function extensionsOf(certificate: X509Certificate): Extension[] {
  const tbsCertificate = childAt(childAt(certificate.raw, 0), 0);
  const wrapper = elementsOf(tbsCertificate).find(({ tag }) => tag === EXTENSIONS);
  if (wrapper === undefined) return [];
  return elementsOf(childAt(wrapper.content, 0)).map(({ content }) => {
    const parts = elementsOf(content);
    return {
      id: childAt(content, 0).toString('hex'),
      critical: parts.some(({ tag }) => tag === BOOLEAN),
      value: childAt(content, parts.length - 1),
    };
  });
}

/** BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } */
function pathLengthOf(extension: Extension | undefined): number {
  if (extension === undefined) return Infinity;
  const limit = elementsOf(childAt(extension.value, 0)).find(({ tag }) => tag === INTEGER);
  return limit === undefined ? Infinity : limit.content.readUIntBE(0, limit.content.length);
}

/** KeyUsage ::= BIT STRING, whose first octet counts the unused bits (X.690 §8.6.2). */
function signingAllowedBy(extension: Extension | undefined): boolean {
  return extension === undefined || (childAt(extension.value, 0).readUInt8(1) & SIGNING_BITS) !== 0;
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/** The DER elements that stand one after the other (X.690 §8.1; certificates have no tag numbers above 30). */
function elementsOf(der: Buffer): Element[] {
  const elements: Element[] = [];
  let at = 0;
  while (at < der.length) {
    const firstOctet = der.readUInt8(at + 1);
    const isLong = firstOctet >= 0x80;
    const start = at + 2 + (isLong ? firstOctet & 0x7f : 0);
    // The indefinite form, which DER forbids, has a size of 0 here and is refused by readUIntBE.
    const end = start + (isLong ? der.readUIntBE(at + 2, firstOctet & 0x7f) : firstOctet);
    if (end > der.length) throw new RangeError('A DER element is longer than what holds it');
    elements.push({ tag: der.readUInt8(at), content: der.subarray(start, end) });
    at = end;
  }
  return elements;
}

/** The content of one of the elements that stand in this content. */
function childAt(content: Buffer, index: number): Buffer {
  const child = elementsOf(content)[index];
  if (child === undefined) throw new RangeError('A DER element is missing');
  return child.content;
}
