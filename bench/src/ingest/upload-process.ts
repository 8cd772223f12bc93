import { announce, onTask } from '../frame/child.js';
import { submitCsvFile } from '../system/lists.js';

export interface UploadTask {
  /** Of the CSV file. */
  readonly path: string;
}

export interface UploadTaken {
  readonly seconds: number;
  readonly requestId: string;
}

/** A caller. */
const [gatewayUrl = ''] = process.argv.slice(2);

onTask(async ({ path }: UploadTask): Promise<UploadTaken> => {
  const startedAtMs = performance.now();
  const requestId = await submitCsvFile({ gatewayUrl }, path);
  return { seconds: (performance.now() - startedAtMs) / 1000, requestId };
});
announce({});
