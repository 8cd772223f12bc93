import type { FormerKeks, KekProvider, KeyEncryptionKey } from './kek-provider.js';

/** New data keys are wrapped with what serves now; what former keys have wrapped is opened with these. */
export class KekProviderWithFormer implements KekProvider {
  constructor(
    private readonly serving: KekProvider,
    private readonly former: readonly FormerKeks[],
  ) {}

  async current(now: Date): Promise<KeyEncryptionKey> {
    return this.serving.current(now);
  }

  async byId(id: string): Promise<KeyEncryptionKey> {
    for (const keks of this.former) {
      const kek = await keks.find(id);
      if (kek !== undefined) return kek;
    }
    return this.serving.byId(id);
  }

  async retiredBefore(moment: Date): Promise<readonly string[]> {
    return this.serving.retiredBefore(moment);
  }

  async destroy(id: string): Promise<void> {
    return this.serving.destroy(id);
  }
}
