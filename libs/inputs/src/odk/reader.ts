import { type AuthField, type ReceivedRecord, isObject } from '@mts/domain';

import type { Mapping } from '../kit/mapping.js';
import { ownValue } from '../kit/path.js';
import type { SourceRecord } from '../kit/source.js';
import { readCode, readJson, refusalOf } from './answers.js';
import { OdkFault } from './fault.js';
import { checkFields, type FormFields, readFields, rowShape } from './fields.js';
import { PageReading } from './page.js';
import { firstQuery } from './query.js';
import { type OdkAccess, OdkSession } from './session.js';
import type { OdkSource } from './source.js';

export interface OdkPullOptions extends OdkAccess {
  readonly source: OdkSource;
  readonly mapping: Mapping;
  /** What each record must hold; of a form that lacks it nothing is pulled. */
  readonly mandatory: ReadonlySet<AuthField>;
  /** `all` where a format of the caller's own may name any field of a submission; else `mapped`. */
  readonly fields: 'mapped' | 'all';
  /** More submissions are refused, whether or not they can be read. */
  readonly recordsMax: number;
  /** Default {@link PAGE_RECORDS}. */
  readonly pageRecords?: number | undefined;
}

/** What has come so far. */
export interface PullCounts {
  /** Handed on as records. */
  readonly records: number;
  /** Left out because nobody can read them: their form is encrypted. */
  readonly encrypted: number;
  /** Left out because they only test a draft of the form. */
  readonly drafts: number;
}

/** So much of a page is held back until all of it has come, so that it can be asked for again. */
const HELD_LENGTH_MAX = 8_000_000;
const READ_ON_LENGTH = 1_000_000;

/** More than are submitted while a page is read. */
const RECENT_ROWS = 10_000;

/** So many rows may come beyond those that were counted: more than are submitted while a form is pulled. */
const UNCOUNTED_ROWS_MAX = 10_000;

const GATEWAY_ERRORS: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Pulls the submissions of a form from ODK Central, once, in Central's own order: the newest first.
 *
 * One call at a time, page by page along Central's cursor, each page from the source's own origin. A page that fails is
 * asked for again; but one that a server sends unasked in a size beyond {@link HELD_LENGTH_MAX} is handed on while it
 * comes, and then its failing ends the pull. A fault makes what was handed on before void: the pull has to be begun anew.
 */
export class OdkPull {
  private readonly session: OdkSession;
  private records = 0;
  private encrypted = 0;
  private drafts = 0;

  constructor(private readonly options: OdkPullOptions) {
    this.session = new OdkSession(options);
  }

  get counts(): PullCounts {
    const { records, encrypted, drafts } = this;
    return { records, encrypted, drafts };
  }

  /**
   * The submissions, some thousand at a time.
   * @throws OdkFault
   * @throws what the signal was aborted for
   */
  async *batches(): AsyncGenerator<readonly SourceRecord[], void, undefined> {
    try {
      const fields = await this.knownFields();
      if (fields !== undefined) this.check(fields);
      for await (const rows of this.pages(fields)) yield this.numbered(rows);
      if (this.records === 0) throw this.nothing();
    } finally {
      await this.session.close();
    }
  }

  /** Of a repeat, which an address of the caller's own may name, the rows have other fields than the form. */
  private check(fields: FormFields): void {
    const { source, mapping, mandatory } = this.options;
    const isOfForm = /\/Submissions\/?$/.test(source.address.submissions);
    checkFields(fields, mapping, isOfForm ? mandatory : new Set());
  }

  /** Undefined where the server keeps them to itself: it may be older than that address, or no more than a stand-in. */
  private async knownFields(): Promise<FormFields | undefined> {
    try {
      return await this.session.patiently(async () => this.formFields());
    } catch (error) {
      // Whether it is an outage is found out by the next call.
      if (error instanceof OdkFault && error.kind === 'again' && this.session.isOpen) return undefined;
      throw error;
    }
  }

  /** Undefined where the server has no such address, or has nothing of use there. */
  private async formFields(): Promise<FormFields | undefined> {
    const { form } = this.options.source.address;
    if (form === undefined) return undefined;
    const response = await this.session.get(`${form}/fields?odata=true`);
    if (GATEWAY_ERRORS.has(response.status)) throw refusalOf(response, await readCode(response));
    const answer = await readJson(response);
    return response.ok && answer !== undefined ? readFields(answer) : undefined;
  }

  /** The rows of all pages. */
  private async *pages(fields: FormFields | undefined): AsyncGenerator<readonly ReceivedRecord[]> {
    const { source, mapping, pageRecords, recordsMax } = this.options;
    const first = firstQuery(source, rowShape(fields, mapping, this.options.fields), pageRecords);
    const recent = new RecentRows();
    const asked = new Set<string>();
    let expected: number | undefined;
    let [came, received] = [0, 0];
    for (let query: string | undefined = first.text; query !== undefined;) {
      if (asked.has(query)) throw new OdkFault('final', 'MTS-ODK-013');
      asked.add(query);
      const page = await this.begin(query);
      for await (const rows of rowsOf(page)) {
        const fresh = rows.filter((row) => recent.isNew(row));
        [came, received] = [came + rows.length, received + fresh.length];
        // A page that leads on has at least one row, so this is a limit for pages too.
        if (came > Math.min(expected ?? recordsMax, recordsMax) + UNCOUNTED_ROWS_MAX)
          throw new OdkFault('final', 'MTS-ODK-013');
        yield fresh;
      }
      expected ??= page.end?.count;
      query = first.isOnlyPage ? undefined : page.end?.next;
    }
    // Where the row that a cursor stands on was purged, ODK Central answers with an empty page, as if it were the last.
    if (!first.isOnlyPage && received < (expected ?? 0)) throw new OdkFault('again', 'MTS-ODK-105');
  }

  private async begin(query: string): Promise<PageReading> {
    return this.session.patiently(async () => {
      const response = await this.session.get(`${this.options.source.address.submissions}${query}`);
      if (!response.ok) throw await this.refusal(response);
      const page = new PageReading(response);
      try {
        await page.readOn(HELD_LENGTH_MAX);
      } catch (error) {
        await page.close();
        throw error;
      }
      return page;
    });
  }

  /** A form that was never published is not found either, but has a draft. */
  private async refusal(response: Response): Promise<OdkFault> {
    const fault = refusalOf(response, await readCode(response));
    const { form } = this.options.source.address;
    if (fault.code !== 'MTS-ODK-004' || form === undefined) return fault;
    const draft = await this.session.get(`${form}/draft`);
    await draft.body?.cancel();
    return draft.ok ? new OdkFault('final', 'MTS-ODK-005') : fault;
  }

  private numbered(rows: readonly ReceivedRecord[]): readonly SourceRecord[] {
    const { recordsMax, source } = this.options;
    const batch: SourceRecord[] = [];
    for (const record of rows) {
      if (source.address.isDraft) this.drafts += 1;
      else if (isEncrypted(record)) this.encrypted += 1;
      else batch.push({ line: (this.records += 1), record });
    }
    if (this.records + this.encrypted + this.drafts > recordsMax)
      throw new OdkFault('final', 'MTS-ODK-011', { limit: recordsMax });
    return batch;
  }

  private nothing(): OdkFault {
    if (this.encrypted > 0) return new OdkFault('final', 'MTS-ODK-008');
    return new OdkFault('final', this.drafts > 0 ? 'MTS-ODK-005' : 'ATS-REQ-023');
  }
}

/**
 * Before v2023.4 pages are cut by their number of rows alone: what is submitted meanwhile moves the last rows of a page
 * onto the next one too.
 */
class RecentRows {
  private readonly ids = new Set<string>();

  isNew(row: ReceivedRecord): boolean {
    const id = ownValue(row, '__id');
    if (typeof id !== 'string') return true;
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    const [oldest] = this.ids;
    if (this.ids.size > RECENT_ROWS && oldest !== undefined) this.ids.delete(oldest);
    return true;
  }
}

async function* rowsOf(page: PageReading): AsyncGenerator<readonly ReceivedRecord[], void, undefined> {
  try {
    yield page.take();
    while (page.end === undefined) {
      await page.readOn(READ_ON_LENGTH);
      yield page.take();
    }
  } finally {
    await page.close();
  }
}

/** `notDecrypted` or `missingEncryptedFormData`; such a row holds no answers at all. */
function isEncrypted(record: ReceivedRecord): boolean {
  const system = ownValue(record, '__system');
  const status = isObject(system) ? ownValue(system, 'status') : undefined;
  return typeof status === 'string' && status !== '';
}
