import { stat } from 'node:fs/promises';
import { type PartnerKey, readPkcs12, signingKey } from '@mts/crypto';
import { errorCode } from '../error-code.js';
import { inRange } from '../ranges.js';
import { inTime, readKeyFile } from './key-file.js';
import { KeySourceError, type PartnerKeySource } from './key-source.js';

export interface PartnerKeyOptions {
  /** The partner's PKCS#12 file. It may be replaced at any time, also through symbolic links, as Kubernetes does. */
  readonly file: string;
  /** Secret: its password. A file that replaces it must have the same. */
  readonly password: string;
  /** Told when a new file cannot be used, once for each problem; the key of the old one stays in use. */
  readonly onProblem?: (problem: KeySourceError) => void;
  /** Told when another key is in use from now on. */
  readonly onRenewed?: (key: PartnerKey) => void;
  /** Milliseconds between two looks at the file, and one is taken only for a call. 0 to 600,000. Default: 5,000. */
  readonly lookEveryMs?: number;
}

/**
 * Opens the partner's key, and reads it again when its file changes.
 *
 * @throws KeySourceError the file cannot be read, or holds no key that IDA takes signatures of
 * @throws RangeError `lookEveryMs`
 */
export async function openPartnerKey(options: PartnerKeyOptions): Promise<PartnerKeySource> {
  inRange('lookEveryMs', lookEveryMs(options), 0, 600_000);
  return new PartnerKeyFile(options, await load(options));
}

const lookEveryMs = (options: PartnerKeyOptions): number => options.lookEveryMs ?? 5_000;

interface Loaded {
  readonly key: PartnerKey;
  /** Of the file as it was when it was read; another one means another file. */
  readonly mark: string;
}

class PartnerKeyFile implements PartnerKeySource {
  /** Not shown by `util.inspect`: the password is in it. */
  readonly #options: PartnerKeyOptions;
  #loaded: Loaded;
  /** On the clock of `performance.now`, which nobody sets. */
  #lookedAtMs = performance.now();
  #look: Promise<PartnerKey> | undefined;
  #problem: string | undefined;

  constructor(options: PartnerKeyOptions, first: Loaded) {
    this.#options = options;
    this.#loaded = first;
  }

  current(): PartnerKey | Promise<PartnerKey> {
    if (this.#look !== undefined) return this.#look;
    if (performance.now() - this.#lookedAtMs < lookEveryMs(this.#options)) return this.#loaded.key;
    this.#look = this.#takeLook().finally(() => {
      this.#look = undefined;
      this.#lookedAtMs = performance.now();
    });
    return this.#look;
  }

  async #takeLook(): Promise<PartnerKey> {
    const before = this.#loaded.key;
    const found = await this.#find();
    if (found instanceof KeySourceError) {
      // A file that is being written has the same problem at each look until it is whole.
      if (found.message !== this.#problem) this.#options.onProblem?.(found);
      this.#problem = found.message;
      return before;
    }
    this.#problem = undefined;
    this.#loaded = found;
    if (!found.key.certificate.raw.equals(before.certificate.raw)) this.#options.onRenewed?.(found.key);
    return found.key;
  }

  async #find(): Promise<Loaded | KeySourceError> {
    try {
      const mark = await markOf(this.#options.file);
      return mark === this.#loaded.mark ? this.#loaded : await load(this.#options);
    } catch (error) {
      if (error instanceof KeySourceError) return error;
      throw error;
    }
  }
}

async function load({ file, password }: PartnerKeyOptions): Promise<Loaded> {
  // The mark first: a file that changes while it is read has another one at the next look.
  const mark = await markOf(file);
  return { mark, key: await readKeyFile(file, (bytes) => signingKey(readPkcs12(bytes, password))) };
}

/** Links are followed, so a link that is turned to another file gives another mark, whatever times that file has. */
async function markOf(file: string): Promise<string> {
  const looked = stat(file, { bigint: true }).catch((error: unknown) => {
    throw new KeySourceError(`${file} cannot be read (${errorCode(error)})`);
  });
  const { dev, ino, size, mtimeNs, ctimeNs } = await inTime(file, looked);
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}
