import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';

/** IDA's encryption certificate (application `IDA`, reference `PARTNER`) and its private key. */
export interface DecryptionKey {
  readonly privateKey: KeyObject;
  readonly certificate: X509Certificate;
}

/** What IDA decrypts requests with: the key whose certificate it publishes, and older ones that requests still name. */
export class DecryptionKeys {
  #current: DecryptionKey;
  #byThumbprint: Map<string, DecryptionKey>;

  constructor(key: DecryptionKey) {
    this.#current = key;
    this.#byThumbprint = new Map([[thumbprintOf(key), key]]);
  }

  /** The certificate that requests are to be encrypted for from now on. */
  get certificate(): X509Certificate {
    return this.#current.certificate;
  }

  /** @param thumbprint SHA-256 of the DER of the certificate that a request was encrypted for */
  find(thumbprint: Buffer): DecryptionKey | undefined {
    return this.#byThumbprint.get(thumbprint.toString('hex'));
  }

  /** Goes over to another key. keymanager decrypts with the older ones as long as it has them. */
  rotate(key: DecryptionKey, older: 'kept' | 'dropped'): void {
    if (older === 'dropped') this.#byThumbprint.clear();
    this.#byThumbprint.set(thumbprintOf(key), key);
    this.#current = key;
  }
}

function thumbprintOf({ certificate }: DecryptionKey): string {
  return createHash('sha256').update(certificate.raw).digest('hex');
}
