import { constants, type KeyObject, randomBytes, sign, type X509Certificate } from 'node:crypto';

import { certificateThumbprint } from '@mts/crypto';

import type { SignatureForm } from './changes.js';
import type { Connection } from './connection.js';
import { stranger } from './stranger.js';

/** A claim of a JOSE header. */
type Header = Readonly<Record<string, unknown>>;

/**
 * The `Signature` header over these bytes: RS256, compact JWS with detached payload (RFC 7515 appendix F), `x5c` as
 * base64 of DER on one line; or with the one difference that is asked for.
 *
 * @returns undefined when the form needs a key that is not there
 */
export function signatureOf(body: Buffer, connection: Connection, form?: SignatureForm): string | undefined {
  if (form === 'not a JWS') return 'this-is-not-a-signature';
  const signer = signerFor(connection, form);
  if (signer === undefined) return undefined;
  const header = Buffer.from(JSON.stringify(headerOf(signer.certificate, connection, form))).toString(
    'base64url',
  );
  const payload = (form === 'over another body' ? Buffer.from('{}') : body).toString('base64url');
  const signature = signed(`${header}.${payload}`, signer.privateKey, form).toString('base64url');
  return `${header}.${form === 'payload inside' ? payload : ''}.${signature}`;
}

interface Signer {
  readonly privateKey: KeyObject;
  readonly certificate: X509Certificate;
}

function signerFor({ partnerKey, otherPartnerKey }: Connection, form?: SignatureForm): Signer | undefined {
  if (form === 'by another partner') return otherPartnerKey;
  if (form === 'by a certificate of nobody') return stranger();
  if (form === 'by another key') return { ...stranger(), certificate: partnerKey.certificate };
  return partnerKey;
}

const WITHOUT_X5T: ReadonlySet<SignatureForm | undefined> = new Set<SignatureForm>([
  'only alg and x5c',
  'x5c of PEM with line feeds',
  'x5c of PEM in base64url',
  'x5c with line feeds',
]);

function headerOf(certificate: X509Certificate, { partnerKey }: Connection, form?: SignatureForm): Header {
  const alg = form === 'PS256' || form === 'RS512' ? form : 'RS256';
  if (form === 'no x5c') return { alg };
  const x5c = x5cOf(certificate, partnerKey.chain, form);
  // Beside an x5t#S256 that keymanager 1.3.0 has seen before, it would not read x5c at all.
  if (WITHOUT_X5T.has(form)) return { alg, x5c };
  const own = certificateThumbprint(certificate).toString('base64url');
  const thumbprint = form === 'x5t of no certificate' ? randomBytes(32).toString('base64url') : own;
  return { alg, x5c, 'x5t#S256': thumbprint, kid: own };
}

function x5cOf(
  leaf: X509Certificate,
  chain: readonly X509Certificate[],
  form?: SignatureForm,
): readonly string[] {
  const der = leaf.raw.toString('base64');
  const pem = Buffer.from(leaf.toString());
  const inOtherForms: Partial<Record<SignatureForm, readonly string[]>> = {
    // Python's base64.encodebytes over the PEM, as in the original token seeder.
    'x5c of PEM with line feeds': [`${withLineFeeds(pem.toString('base64'))}\n`],
    'x5c of PEM in base64url': [pem.toString('base64url')],
    'x5c with line feeds': [withLineFeeds(der)],
    'x5c with the chain': [der, ...chain.map(({ raw }) => raw.toString('base64'))],
    'x5c eight times': Array.from({ length: 8 }, () => der),
  };
  return (form && inOtherForms[form]) ?? [der];
}

function withLineFeeds(base64: string): string {
  return base64.replaceAll(/.{76}/g, '$&\n');
}

function signed(input: string, key: KeyObject, form?: SignatureForm): Buffer {
  const bytes = Buffer.from(input, 'ascii');
  if (form === 'RS512') return sign('sha512', bytes, key);
  if (form !== 'PS256') return sign('sha256', bytes, key);
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return sign('sha256', bytes, { key, ...pss });
}
