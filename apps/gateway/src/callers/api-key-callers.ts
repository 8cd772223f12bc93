import { isSameHash, readApiKey } from '@mts/crypto';
import type { Caller } from '@mts/domain';
import type { ApiKeyStore } from '@mts/store';

/** Compared with where there is no key of an id, so that this takes as long as a wrong one. */
const NO_HASH = Buffer.alloc(32);

/** Callers that have an API key. */
export class ApiKeyCallers {
  constructor(private readonly keys: Pick<ApiKeyStore, 'findActive' | 'noteUse'>) {}

  /** Asks the store each time: a key that is revoked is refused from then on. Undefined for no key of ours. */
  async identify(text: string): Promise<Caller | undefined> {
    const given = readApiKey(text);
    if (given === undefined) return undefined;
    const key = await this.keys.findActive(given.id);
    if (!isSameHash(given.hash, key?.hash ?? NO_HASH) || key === undefined) return undefined;
    if (!key.isUseNoted) await this.keys.noteUse(key.id);
    const name = `api-key:${key.name}`;
    return { owner: name, name, roles: new Set(key.roles) };
  }
}
