import type { X509Certificate } from 'node:crypto';
import { IdaEnvelope, type PartnerKey, RequestSigner, sealingCertificate, signingKey } from '@mts/crypto';
import { errorText, IdaFault } from '@mts/domain';
import { type IdaCertificateSource, KeySourceError, type PartnerKeySource, reasonOf } from './key-source.js';

/** What one call is sealed and signed with. */
export interface CallKeys {
  readonly partnerKey: PartnerKey;
  readonly idaCertificate: X509Certificate;
  readonly signer: RequestSigner;
  readonly envelope: IdaEnvelope;
}

/** The keys of a client, ready for use: what a key costs to prepare is paid once for each. */
export class Keyring {
  readonly #partnerKeys: PartnerKeySource;
  readonly #idaCertificates: IdaCertificateSource;
  #latest: CallKeys | undefined;

  /** @throws when a key that is given as such does not serve */
  constructor(
    partnerKey: PartnerKey | PartnerKeySource,
    idaCertificate: X509Certificate | IdaCertificateSource,
  ) {
    this.#partnerKeys = isSource(partnerKey) ? partnerKey : fixedKey(signingKey(partnerKey));
    this.#idaCertificates = isSource(idaCertificate)
      ? idaCertificate
      : fixedCertificate(sealingCertificate(idaCertificate));
  }

  /** Throws an `IdaFault` when there is none. */
  async current(): Promise<CallKeys> {
    try {
      return this.#prepare(await this.#partnerKeys.current(), await this.#idaCertificates.current());
    } catch (error) {
      const reason = error instanceof KeySourceError ? ` (${error.message})` : '';
      const text = `${errorText('MTS-IDA-109')}${reason}`;
      throw new IdaFault('configuration', 'profile', 'not-asked', 'MTS-IDA-109', text);
    }
  }

  /**
   * Whether IDA's certificate is another one than that of these keys, got again if need be.
   *
   * @throws KeySourceError it cannot be got again
   */
  async hasOtherCertificate({ idaCertificate }: CallKeys): Promise<boolean> {
    const current = await this.#idaCertificates.current();
    if (!current.raw.equals(idaCertificate.raw)) return true;
    return (await this.#idaCertificates.renew()) === 'changed';
  }

  #prepare(partnerKey: PartnerKey, idaCertificate: X509Certificate): CallKeys {
    const latest = this.#latest;
    const samePartner = latest?.partnerKey === partnerKey;
    const sameIda = latest?.idaCertificate === idaCertificate;
    if (samePartner && sameIda) return latest;
    try {
      this.#latest = {
        partnerKey,
        idaCertificate,
        signer: samePartner ? latest.signer : new RequestSigner(partnerKey),
        envelope: sameIda ? latest.envelope : new IdaEnvelope(idaCertificate),
      };
    } catch (error) {
      throw new KeySourceError(reasonOf(error)); // These texts are made for the operator, unlike a source's own.
    }
    return this.#latest;
  }
}

const fixedKey = (key: PartnerKey): PartnerKeySource => ({ current: () => key });

const fixedCertificate = (certificate: X509Certificate): IdaCertificateSource => ({
  current: () => certificate,
  renew: () => Promise.resolve('same'),
});

function isSource<Source extends PartnerKeySource | IdaCertificateSource>(
  key: object | Source,
): key is Source {
  return 'current' in key;
}
