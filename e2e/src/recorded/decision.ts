import type { ErrorPair, Expectation, ExpectedAnswer, ExpectedFile } from './expectation.js';
import type { CaseKey } from './recorded-case.js';
import type { Asked } from './recorded-ida.js';

/** What we do in a case of the recording. */
export interface Decision {
  /** One sentence, for the table. `as recorded`: what the original did. */
  readonly here: string;
  /** One line of reason. */
  readonly because: string;
  /** What is expected instead of what was recorded; the rest stays. */
  readonly instead: Partial<Expectation>;
}
export type Decisions = Readonly<Record<CaseKey, Decision>>;

export const AS_RECORDED = 'as recorded';

export function asRecorded(because: string): Decision {
  return { here: AS_RECORDED, because, instead: {} };
}

/** The same decision for several cases. */
export function forAll(keys: readonly CaseKey[], decision: Decision): Decisions {
  return Object.fromEntries(keys.map((key) => [key, decision]));
}

const NOTHING_CAME_OF_IT = { finalStatus: undefined, file: undefined, asked: [], peerRequests: [] };

/** Refused on sight: nobody is asked about, nothing is kept. */
export function refused(status: number, ...errors: readonly ErrorPair[]): Partial<Expectation> {
  return { answer: { status, errors, response: null }, rawBody: undefined, ...NOTHING_CAME_OF_IT };
}

/** An answer of the schema (422) with the field named, as pydantic does not. */
export function schemaRefusal(...texts: readonly string[]): Partial<Expectation> {
  return refused(422, ...texts.map((text): ErrorPair => ['ATS-REQ-102', `Invalid Input. ${text}`]));
}

/** An answer of a check of our own (400). */
export function ownRefusal(text: string): Partial<Expectation> {
  return refused(400, ['ATS-REQ-102', `invalid input. ${text}`]);
}

export const TAKEN: ExpectedAnswer = { status: 200, errors: null, response: 'identifier' };
export const TAKEN_WITHOUT_USABLE_RECORD: ExpectedAnswer = {
  status: 200,
  errors: [['ATS-REQ-101', 'none of the record form a valid request']],
  response: 'identifier',
};

/** A row of a result in the default format. */
export interface ResultRow {
  readonly vid: string | null;
  readonly token?: string;
  readonly status?: 'error' | 'invalid';
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** A row as the original writes it, to the letter. */
export function rowJson(row: ResultRow): string {
  const { vid, status = 'processed', token = null, errorCode = null, errorMessage = null } = row;
  const fields = Object.entries({ vid, status, token, errorCode, errorMessage });
  return `{${fields.map(([name, value]) => `"${name}": ${JSON.stringify(value)}`).join(', ')}}`;
}

/** A JSON result. */
export function jsonFile(...rows: readonly ResultRow[]): ExpectedFile {
  return textFile(`[${rows.map(rowJson).join(',')}]`);
}

export function textFile(body: string): ExpectedFile {
  return { status: 200, contentType: 'text/plain; charset=utf-8', body };
}

/** Whom most of the recorded lists hold, and what IDA answers about him. */
export const JOHN = '4100000000000012';
export const JOHNS_TOKEN = '446791815597372963729663607096163061';
/** Of whom IDA says that the name does not match. */
export const MISMATCHED = '4100000000000061';

const JOHNS_DEMOGRAPHICS = {
  name: [{ language: 'eng', value: 'John Carter' }],
  gender: [{ language: 'eng', value: 'male' }],
  dob: '1987/01/25',
  phoneNumber: '9009009001',
  emailId: 'john@somewhere.com',
  fullAddress: [{ language: 'eng', value: 'Kenitra, Rabat Sale Kenitra, Kenitra 14011' }],
};

/** What IDA is asked about somebody with his attributes, or others; undefined is one that he has not. */
export function askedAbout(individualId: string, demographics: object = {}): Asked {
  const fields = Object.entries({ ...JOHNS_DEMOGRAPHICS, ...demographics });
  return {
    individualId,
    demographics: Object.fromEntries(fields.filter(([, value]) => value !== undefined)),
  };
}
