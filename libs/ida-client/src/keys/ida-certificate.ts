import type { X509Certificate } from 'node:crypto';
import { isWithinDates, readCertificate, sealingCertificate } from '@mts/crypto';
import { inRange } from '../ranges.js';
import { certificateUrl, downloadCertificate } from './download.js';
import { readKeyFile } from './key-file.js';
import { type IdaCertificateSource, KeySourceError, reasonOf } from './key-source.js';

/** Of IDA's encryption certificate: application `IDA`, reference `PARTNER` (`ida-partner.cer`). */
export interface IdaCertificateOptions {
  /** File of the first certificate, PEM or DER. Without a `url`, also of every later one. */
  readonly file?: string;
  /**
   * Address of the certificate, PEM or DER, at most 64 KiB: `https://host/mosip-certs/ida-partner.cer`. `http:` is for
   * loopback. Redirects are not followed. Without a `file`, also of the first one.
   */
  readonly url?: string;
  /** Milliseconds for a whole download. 1 to 600,000. Default: 10,000. */
  readonly timeoutMs?: number;
  /** Milliseconds since 1970, for the dates of certificates. Default: `Date.now`. */
  readonly clock?: () => number;
  /** Told when the certificate cannot be got again; the old one stays in use. */
  readonly onProblem?: (problem: KeySourceError) => void;
  /** Told when another certificate is in use from now on. */
  readonly onRenewed?: (certificate: X509Certificate) => void;
}

/**
 * Opens IDA's certificate, and gets it again when IDA asks for another one or its dates are over: from the URL when
 * there is one, else from the file; while that changes nothing, once in 30 seconds at most, of a file once a second.
 *
 * What a URL gives must be within its dates, and so must every later certificate. The first one of a file may be out
 * of them: IDA goes on reading under old keys, and its answer decides.
 *
 * @throws KeySourceError the first certificate cannot be had, or no request can be sealed for it
 * @throws TypeError `file`, `url`
 * @throws RangeError `timeoutMs`
 */
export async function openIdaCertificate(options: IdaCertificateOptions): Promise<IdaCertificateSource> {
  const { file, clock = Date.now } = options;
  const timeoutMs = inRange('timeoutMs', options.timeoutMs ?? 10_000, 1, 600_000);
  const url = options.url === undefined ? undefined : certificateUrl(options.url);
  const get = async (): Promise<X509Certificate> => {
    if (url !== undefined) return current(await downloadCertificate(url, timeoutMs), url.host, clock());
    if (file !== undefined) return current(await fromFile(file), file, clock());
    throw new TypeError('file or url must be given');
  };
  const first = file === undefined ? await get() : await fromFile(file);
  return new RenewedCertificate(first, get, options);
}

const fromFile = (file: string): Promise<X509Certificate> =>
  readKeyFile(file, (bytes) => sealingCertificate(readCertificate(bytes)));

/** The same certificate, as one that can be used now. */
function current(certificate: X509Certificate, from: string, nowMs: number): X509Certificate {
  const { validFrom, validTo } = certificate;
  if (!isWithinDates(certificate, new Date(nowMs))) {
    throw new KeySourceError(
      `${from} gave a certificate of IDA that is valid from ${validFrom} to ${validTo}, not now`,
    );
  }
  try {
    return sealingCertificate(certificate);
  } catch (error) {
    throw new KeySourceError(`${from} does not serve: ${reasonOf(error)}`);
  }
}

/** While getting it again changes nothing, it is not done more often; reading a file burdens nobody else. */
const REST_MS = { url: 30_000, file: 1_000 } as const;

type Renewal = 'changed' | 'same' | KeySourceError;

class RenewedCertificate implements IdaCertificateSource {
  readonly #get: () => Promise<X509Certificate>;
  /** Not shown by `util.inspect`: the URL may hold a secret. */
  readonly #options: IdaCertificateOptions;
  #certificate: X509Certificate;
  #running: Promise<Renewal> | undefined;
  #fruitless: { readonly endedAtMs: number; readonly renewal: Renewal } | undefined;

  constructor(first: X509Certificate, get: () => Promise<X509Certificate>, options: IdaCertificateOptions) {
    this.#get = get;
    this.#options = options;
    this.#certificate = first;
  }

  current(): X509Certificate | Promise<X509Certificate> {
    if (isWithinDates(this.#certificate, new Date(this.#nowMs))) return this.#certificate;
    return this.#renewal().then(() => this.#certificate);
  }

  async renew(): Promise<'changed' | 'same'> {
    const renewal = await this.#renewal();
    if (renewal instanceof KeySourceError) throw renewal;
    return renewal;
  }

  get #restMs(): number {
    return this.#options.url === undefined ? REST_MS.file : REST_MS.url;
  }

  get #nowMs(): number {
    return (this.#options.clock ?? Date.now)();
  }

  /** One at a time, whoever asks; while it bears no fruit, its result stands for a while. */
  async #renewal(): Promise<Renewal> {
    if (this.#running === undefined && this.#fruitless !== undefined) {
      const restedMs = this.#nowMs - this.#fruitless.endedAtMs;
      if (restedMs >= 0 && restedMs < this.#restMs) return this.#fruitless.renewal;
    }
    this.#running ??= this.#getAgain().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #getAgain(): Promise<Renewal> {
    const renewal = await this.#get().then(
      (certificate) => this.#take(certificate),
      (error: unknown) => {
        if (error instanceof KeySourceError) return error;
        throw error;
      },
    );
    this.#fruitless = renewal === 'changed' ? undefined : { endedAtMs: this.#nowMs, renewal };
    if (renewal instanceof KeySourceError) this.#options.onProblem?.(renewal);
    if (renewal === 'changed') this.#options.onRenewed?.(this.#certificate);
    return renewal;
  }

  #take(certificate: X509Certificate): 'changed' | 'same' {
    if (certificate.raw.equals(this.#certificate.raw)) return 'same';
    this.#certificate = certificate;
    return 'changed';
  }
}
