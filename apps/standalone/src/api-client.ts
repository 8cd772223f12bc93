import { createWriteStream, openAsBlob } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { type AxiosInstance, create } from 'axios';

/** What the API tells of a request while it is worked on. */
export interface RequestStatus {
  readonly status: string;
  readonly total: number;
  /** Records with a token. */
  readonly done: number;
  /** Records that IDA refused. */
  readonly failed: number;
  /** Records that were not good enough to ask IDA. */
  readonly invalid: number;
}

/** What the API tells of IDA. */
export interface IdaHealth {
  /** Null until a seeder has tried. */
  readonly idaPreflight: {
    readonly ok: boolean;
    readonly code: string | null;
    readonly reason: string | null;
  } | null;
  readonly idaHold: { readonly code: string; readonly reason: string } | null;
}

interface Envelope<T> {
  readonly errors: readonly { readonly errorCode: string; readonly errorMessage: string }[] | null;
  readonly response: T | null;
}

const ANSWER_TIMEOUT_MS = 30_000;

/** Hands a list in and fetches the results, through the public API alone. */
export class ApiClient {
  private readonly http: AxiosInstance;

  constructor(baseURL: string) {
    // Every status is an answer. A proxy of the environment is not meant for a loopback address.
    this.http = create({ baseURL, proxy: false, validateStatus: () => true, maxRedirects: 0 });
  }

  /** Uploads a CSV file. @returns the request identifier. */
  async submitCsv(file: string): Promise<string> {
    const form = new FormData();
    // The options come first, so that the server has them when the file begins.
    form.append('request', JSON.stringify(submission(new Date())));
    form.append('csv_file', await openAsBlob(file, { type: 'text/csv' }), basename(file));
    const { data } = await this.http.post<Envelope<{ request_identifier: string }>>('/authtoken/csv', form);
    return read(data).request_identifier;
  }

  async status(id: string): Promise<RequestStatus> {
    const { data } = await this.http.get<Envelope<RequestStatus>>(`/authtoken/status/${id}`, {
      timeout: ANSWER_TIMEOUT_MS,
    });
    return read(data);
  }

  async health(): Promise<IdaHealth> {
    const { data } = await this.http.get<Envelope<IdaHealth>>('/health', { timeout: ANSWER_TIMEOUT_MS });
    return read(data);
  }

  /** Writes the results of a finished request to a file, which is whole if it is there. */
  async download(id: string, file: string): Promise<void> {
    const { status, data } = await this.http.get<Readable>(`/authtoken/file/${id}`, {
      responseType: 'stream',
    });
    if (status !== 200) throw new Error(`The results cannot be had: the API answers with status ${status}`);
    const draft = `${file}.part`;
    await pipeline(data, createWriteStream(draft, { mode: 0o600 }));
    await rename(draft, file);
  }
}

function submission(now: Date): object {
  return {
    id: 'mosip.token.seeder',
    version: '1.1.0',
    metadata: '',
    requesttime: now.toISOString(),
    request: { output: 'csv', deliverytype: 'download', lang: 'eng' },
  };
}

function read<T>({ errors, response }: Envelope<T>): T {
  if (response !== null && response !== undefined && !errors?.length) return response;
  const texts = errors?.map(({ errorCode, errorMessage }) => `${errorCode} ${errorMessage}`);
  throw new Error(`The API answers: ${texts?.join('; ') ?? 'neither a result nor an error'}`);
}
