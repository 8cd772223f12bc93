import type { MessagePort } from 'node:worker_threads';

import type { RequestOptions, SealingSetup } from '@mts/inputs';

/** One list for a worker thread. The items go out on `items`; see port-stream.ts. */
export type IngestJob =
  | {
      readonly kind: 'json';
      readonly setup: SealingSetup;
      readonly body: Uint8Array;
      /** Brings the one {@link RequestOptions} that the envelope has led to. */
      readonly options: MessagePort;
      readonly items: MessagePort;
    }
  | {
      readonly kind: 'csv';
      readonly setup: SealingSetup;
      readonly delimiter: string | undefined;
      readonly options: RequestOptions;
      /** Brings the file. */
      readonly chunks: MessagePort;
      readonly items: MessagePort;
    };

/** What may lie between the threads: file chunks of up to 64 KiB, and blocks of up to some megabytes. */
export const CHUNK_WINDOW = 8;
export const ITEM_WINDOW = 2;
