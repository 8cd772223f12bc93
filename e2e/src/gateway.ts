import { readFile } from 'node:fs/promises';

import { until } from '@mts/testing';
import { type AxiosInstance, type AxiosResponse, create } from 'axios';

export interface StatusAnswer {
  readonly status: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly invalid: number;
  /** Why it waits. */
  readonly holds: readonly { readonly code: string; readonly reason: string }[];
}

export interface Envelope<T> {
  readonly errors: readonly { readonly errorCode: string; readonly errorMessage: string }[] | null;
  readonly response: T | null;
}

/** One row of a result file, by column name. */
export type Row = Readonly<Record<string, string>>;

/** The public API as a caller uses it. */
export class Gateway {
  private readonly http: AxiosInstance;

  constructor(readonly url: string) {
    this.http = create({ baseURL: url, proxy: false, validateStatus: () => true, maxRedirects: 0 });
  }

  async get<T>(path: string): Promise<AxiosResponse<T>> {
    return this.http.get<T>(path);
  }

  async post<T>(
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<AxiosResponse<T>> {
    return this.http.post<T>(path, body, { headers });
  }

  async submitCsv(
    content: string | Buffer,
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    return this.submitCsvForm(csvForm(content, options));
  }

  /** @param idempotencyKey with which the same form may be sent again */
  async submitCsvForm(form: FormData, idempotencyKey?: string): Promise<string> {
    const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    return identifier(await this.post('/authtoken/csv', form, headers));
  }

  async submitCsvFile(file: string): Promise<string> {
    return this.submitCsv(await readFile(file));
  }

  async submitJson(
    authdata: readonly object[],
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    return identifier(
      await this.post(
        '/authtoken/json',
        envelope({ output: 'json', deliverytype: 'download', authdata, ...options }),
      ),
    );
  }

  async status(id: string): Promise<StatusAnswer> {
    const { data } = await this.get<Envelope<StatusAnswer>>(`/authtoken/status/${id}`);
    if (data.response === null) throw new Error(`no status: ${JSON.stringify(data.errors)}`);
    return data.response;
  }

  /** Waits for the end of a request. @returns its last status. */
  async finished(id: string, timeoutMs = 120_000): Promise<StatusAnswer> {
    return until(
      async () => {
        const status = await this.status(id);
        return (status.status.startsWith('processed') || status.status === 'submitted_with_errors') && status;
      },
      { timeoutMs, what: `the end of request ${id}` },
    );
  }

  async file(id: string): Promise<string> {
    const { data, status } = await this.http.get<string>(`/authtoken/file/${id}`, { responseType: 'text' });
    if (status !== 200) throw new Error(`no file: ${String(status)} ${data}`);
    return data;
  }

  async rows(id: string): Promise<Row[]> {
    return parseCsv(await this.file(id));
  }
}

/** A list as it is uploaded. */
export function csvForm(content: string | Buffer, options: Readonly<Record<string, unknown>> = {}): FormData {
  const form = new FormData();
  form.append('request', JSON.stringify(envelope({ output: 'csv', deliverytype: 'download', ...options })));
  form.append(
    'csv_file',
    new Blob([new Uint8Array(Buffer.from(content))], { type: 'text/csv' }),
    'people.csv',
  );
  return form;
}

export function envelope(request: object): object {
  return {
    id: 'mosip.token.seeder',
    version: '1.0',
    metadata: '',
    requesttime: new Date().toISOString(),
    request,
  };
}

/** RFC 4180, by a reader of its own: what wrote the file must not be what reads it here. */
export function parseCsv(text: string): Row[] {
  const [header = [], ...rows] = cellsOf(text);
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
}

function cellsOf(text: string): string[][] {
  const rows: string[][] = [['']];
  let quoted = false;
  let before = '';
  for (const character of text.replaceAll('\r\n', '\n').replace(/\n$/, '')) {
    const row = rows.at(-1) ?? [];
    if (character === '"') {
      // A doubled quote closes and opens again, and stands for one.
      if (!quoted && before === '"') row[row.length - 1] += '"';
      quoted = !quoted;
    } else if (character === ',' && !quoted) row.push('');
    else if (character === '\n' && !quoted) rows.push(['']);
    else row[row.length - 1] += character;
    before = character;
  }
  return rows;
}

function identifier(answer: AxiosResponse<unknown>): string {
  const { response, errors } = answer.data as Envelope<{ request_identifier: string }>;
  if (response === null) throw new Error(`refused with ${String(answer.status)}: ${JSON.stringify(errors)}`);
  return response.request_identifier;
}
