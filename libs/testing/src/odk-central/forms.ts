import { readFileSync } from 'node:fs';

/** A submission as OData gives it with `$expand=*`. */
export type Submission = Readonly<Record<string, unknown>> & { readonly __id: string };

/** Submissions, the newest first. */
export interface Submissions {
  readonly length: number;
  at(index: number): Submission | undefined;
  /** Where it is, -1 if it is gone. */
  indexOf(id: string): number;
}

export interface FormField {
  readonly path: string;
  readonly type: string;
}

export interface OdkForm {
  readonly projectId: number;
  readonly formId: string;
  readonly fields: readonly FormField[];
  readonly submissions: Submissions;
  /** A form that was never published has nothing but its test submissions. */
  readonly state: 'published' | 'draft only';
}

/** Forms that were recorded, by their id. */
export type RecordedFormId =
  'beneficiary_registration' | 'int_vid' | 'encrypted_form' | 'draft_only' | 'form id+with/odd';

const RECORDED = new URL('../../data/odk/forms.json', import.meta.url);

/** A form with the submissions that were recorded of it, in project 1. */
export function recordedOdkForm(formId: RecordedFormId): OdkForm {
  const forms = JSON.parse(readFileSync(RECORDED, 'utf8')) as Readonly<
    Record<RecordedFormId, { fields: readonly FormField[]; rows: readonly Submission[] }>
  >;
  const { fields, rows } = forms[formId];
  const state = formId === 'draft_only' ? 'draft only' : 'published';
  return { projectId: 1, formId, fields, submissions: submissionList(rows), state };
}

/** A form with submissions of one's own, in project 1. */
export function odkForm(
  formId: string,
  rows: readonly Submission[],
  fields: readonly FormField[] = [],
): OdkForm {
  return { projectId: 1, formId, fields, submissions: submissionList(rows), state: 'published' };
}

/** Of a list that may change meanwhile. */
export function submissionList(rows: readonly Submission[]): Submissions {
  return {
    get length() {
      return rows.length;
    },
    at: (index) => rows[index],
    indexOf: (id) => rows.findIndex((row) => row['__id'] === id),
  };
}

/** As many submissions as wanted, made when they are asked for: so many people of one form, each with a vid of its own. */
export function generatedSubmissions(
  length: number,
  make: (n: number) => Readonly<Record<string, unknown>>,
): Submissions {
  return {
    length,
    // The newest first: the highest number.
    at: (index) => (index < length ? { ...make(length - index), ...systemOf(length - index) } : undefined),
    indexOf: (id) => length - Number.parseInt(id.slice(-12), 16),
  };
}

const FIRST_SUBMITTED = Date.UTC(2026, 0, 1);

/** Of submission number `n`: its id, and that it came `n` seconds into the year 2026. */
export function systemOf(n: number): Submission {
  return {
    __id: `uuid:0000000a-0000-4000-8000-${n.toString(16).padStart(12, '0')}`,
    __system: {
      submissionDate: new Date(FIRST_SUBMITTED + n * 1000).toISOString(),
      updatedAt: null,
      status: null,
      reviewState: null,
      edits: 0,
      formVersion: '1',
      deletedAt: null,
    },
  };
}
