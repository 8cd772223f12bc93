import type { KeyObject } from 'node:crypto';

import { newDataKey, type RequestKeyPurpose, unwrapDataKey, wrapDataKey } from './data-keys.js';
import type { KekProvider, KeyEncryptionKey } from './kek-provider.js';

/** The keys of a request as they are stored, both wrapped with the same key. */
export interface WrappedRequestKeys {
  readonly id: string;
  /** Null when both keys are erased. */
  readonly kekId: string | null;
  readonly wrappedInputKey: Buffer | null;
  readonly wrappedResultsKey: Buffer | null;
}

/** The keys of a request in use: kept in memory only, for as long as the request is worked on. */
export interface RequestKeys {
  readonly kek: KeyEncryptionKey;
  readonly input: KeyObject;
  readonly results: KeyObject;
}

/** The keys of a request that is being made, and how they are to be stored. */
export type NewRequestKeys = RequestKeys & WrappedRequestKeys & { readonly kekId: string };

export async function makeRequestKeys(
  requestId: string,
  keks: KekProvider,
  now: Date,
): Promise<NewRequestKeys> {
  const kek = await keks.current(now);
  const [input, results] = [newDataKey(), newDataKey()];
  return {
    id: requestId,
    kek,
    kekId: kek.id,
    input,
    results,
    wrappedInputKey: wrapDataKey(input, kek, requestId, 'input'),
    wrappedResultsKey: wrapDataKey(results, kek, requestId, 'results'),
  };
}

/** The key of one purpose, or undefined when it has been erased. @throws KekError, DataKeyUnwrapError */
export async function openRequestKey(
  request: WrappedRequestKeys,
  purpose: RequestKeyPurpose,
  keks: KekProvider,
): Promise<KeyObject | undefined> {
  const wrapped = purpose === 'input' ? request.wrappedInputKey : request.wrappedResultsKey;
  if (wrapped === null || request.kekId === null) return undefined;
  return unwrapDataKey(wrapped, await keks.byId(request.kekId), request.id, purpose);
}
