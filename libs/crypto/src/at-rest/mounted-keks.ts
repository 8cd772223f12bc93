import {
  type Destruction,
  type FormerKeks,
  KekError,
  type KekFile,
  type KekProvider,
  type KeyEncryptionKey,
} from './kek-provider.js';

/** New data keys are wrapped with what serves now; what former keys have wrapped is opened with these. */
export class MountedKeks implements KekProvider {
  /** @param mounted the file of the key that serves, unless that is a day key */
  constructor(
    private readonly serving: KekProvider,
    private readonly mounted: KekFile | undefined,
    private readonly former: readonly FormerKeks[],
  ) {}

  /** Which file holds which key, without day keys: their ids tell that. */
  get files(): readonly KekFile[] {
    return [...(this.mounted === undefined ? [] : [this.mounted]), ...this.formerFiles];
  }

  async current(now: Date): Promise<KeyEncryptionKey> {
    return this.serving.current(now);
  }

  async byId(id: string): Promise<KeyEncryptionKey> {
    for (const keks of this.former) {
      const kek = await keks.find(id);
      if (kek !== undefined) return kek;
    }
    return this.serving.byId(id).catch((error: unknown) => this.tellFormer(error));
  }

  async retiredBefore(moment: Date): Promise<readonly string[]> {
    return this.serving.retiredBefore(moment);
  }

  async destroy(id: string): Promise<Destruction> {
    return this.serving.destroy(id);
  }

  private get formerFiles(): readonly KekFile[] {
    return this.former.flatMap(({ files }) => files);
  }

  private tellFormer(error: unknown): never {
    if (!(error instanceof KekError) || this.formerFiles.length === 0) throw error;
    const told = this.formerFiles.map(({ file, id }) => `${file} holds ${id}`).join(', ');
    throw new KekError(`${error.message}. Of former keys, ${told}`, { cause: error });
  }
}
