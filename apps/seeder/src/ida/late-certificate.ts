import type { X509Certificate } from 'node:crypto';

import type { IdaCertificateSource } from '@mts/ida-client';

/**
 * IDA's certificate from a place that may be silent when the seeder starts: it is opened by the first call that needs
 * it, and by each later one until that succeeds. Such a call is told why, and asks nobody.
 */
export class LateCertificate implements IdaCertificateSource {
  private opening: Promise<IdaCertificateSource> | undefined;

  /** @param open rejects with a KeySourceError */
  constructor(private readonly open: () => Promise<IdaCertificateSource>) {}

  async current(): Promise<X509Certificate> {
    return (await this.source()).current();
  }

  async renew(): Promise<'changed' | 'same'> {
    return (await this.source()).renew();
  }

  private async source(): Promise<IdaCertificateSource> {
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }
}
