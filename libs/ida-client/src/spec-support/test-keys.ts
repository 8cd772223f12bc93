import { createPrivateKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type PartnerKey, readPkcs12 } from '@mts/crypto';

/** Throw-away keys and recorded messages of the IDA protocol; see the README beside them. */
const DATA = new URL('../../../testing/data/ida/', import.meta.url);

export const P12_PASSWORD = 'Test-Only-Passw0rd';

export function dataFile(name: string): string {
  return fileURLToPath(new URL(name, DATA));
}

export function certificate(name: string): X509Certificate {
  return new X509Certificate(readFileSync(dataFile(`keys/${name}.crt.pem`)));
}

export function privateKey(name: string): KeyObject {
  const jwk = JSON.parse(readFileSync(dataFile(`keys/${name}.key.jwk.json`), 'utf8')) as JsonWebKey;
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

export function partnerKey(): PartnerKey {
  return readPkcs12(readFileSync(dataFile('keys/partner-modern-aes256.p12')), P12_PASSWORD);
}

/** An answer of IDA, as it was recorded: the exact body and its signature. */
export interface RecordedAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function recordedAnswer(id: string): RecordedAnswer {
  return JSON.parse(readFileSync(dataFile(`${id}.json`), 'utf8')) as RecordedAnswer;
}
