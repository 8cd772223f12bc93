import { type JsonValue, type Person, isList } from '@mts/domain';
import { describe, expect, it } from 'vitest';
import { readCsv } from './csv/index.js';
import { FakeOdkCentral, ODK_VIEWER, odkForm, systemOf } from '@mts/testing';
import { recordsOf } from './json/index.js';
import {
  checkRecord,
  compileMapping,
  compileRules,
  type Mapping,
  parseJsonExact,
  type SourceRecord,
} from './kit/index.js';
import { OdkFault, OdkPull, readOdkSource } from './odk/index.js';
import { type InputId, INPUTS } from './registry.js';

type Row = Readonly<Record<string, string | null>>;

const csvLine = (cells: readonly (string | null | undefined)[]): string =>
  cells.map((cell) => (typeof cell === 'string' ? `"${cell.replaceAll('"', '""')}"` : '')).join(',');

/** How each input is given a list; an input without a line here does not compile. */
const HAND_IN: Readonly<Record<InputId, (rows: readonly Row[]) => Promise<readonly SourceRecord[]>>> = {
  csv: async (rows) => {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const lines = [names, ...rows.map((row) => names.map((name) => row[name]))].map(csvLine);
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(lines.join('\r\n'));
    }
    const records: SourceRecord[] = [];
    for await (const batch of readCsv(source())) records.push(...batch);
    return records;
  },
  json: async (rows) => {
    const list = parseJsonExact(JSON.stringify(rows));
    return isList(list) ? [...recordsOf(list)] : [];
  },
  odk: async (rows) => {
    const submissions = rows.map((row, index) => ownFields(row, systemOf(rows.length - index)));
    const central = await FakeOdkCentral.start({ forms: [odkForm('list', submissions)] });
    const form = { baseUrl: central.url, projectId: '1', formId: 'list' };
    const pull = new OdkPull({
      fetch,
      source: readOdkSource({ ...form, email: ODK_VIEWER.email, password: ODK_VIEWER.password }),
      mapping: {},
      mandatory: new Set(),
      fields: 'all',
      recordsMax: 1000,
      signal: new AbortController().signal,
    });
    const records: SourceRecord[] = [];
    try {
      for await (const batch of pull.batches()) records.push(...batch);
    } catch (error) {
      // An empty form is something that its caller has to be told.
      if (!(error instanceof OdkFault && error.code === 'ATS-REQ-023')) throw error;
    } finally {
      await central.close();
    }
    return records;
  },
};

/** A spread would take `__proto__` for what it is not. */
function ownFields<T extends object>(row: Row, more: T): T {
  return Object.fromEntries([...Object.entries(row), ...Object.entries(more)]) as T;
}

const NOW = new Date('2026-11-22T12:00:00Z');

const ana: Row = {
  vid: '7465075291703420',
  name: 'Ana Diaz',
  gender: 'Female',
  dob: '1987-01-25',
  phoneNumber: '+34 900 900 900',
  emailId: 'ana@example.org',
  fullAddress: 'Main "1",\nRabat',
};

async function outcomes(
  input: InputId,
  rows: readonly Row[],
  mapping?: Mapping,
): Promise<readonly JsonValue[]> {
  const mapper = compileMapping(mapping);
  const rules = compileRules({}, NOW);
  const records = await HAND_IN[input](rows);
  return records.map(({ line, record }) => {
    const result = checkRecord(mapper(record), rules);
    return [line, result.kind === 'valid' ? personJson(result.person) : result.code];
  });
}

const personJson = (person: Person): JsonValue => JSON.parse(JSON.stringify(person)) as JsonValue;

describe.each(INPUTS.map(({ id }) => id))('the input %s', (input) => {
  it('gives the same person for the same data', async () => {
    expect(await outcomes(input, [ana])).toEqual([
      [
        1,
        {
          individualId: '7465075291703420',
          demographics: {
            name: [{ language: 'eng', value: 'Ana Diaz' }],
            gender: [{ language: 'eng', value: 'Female' }],
            dob: '1987/01/25',
            phoneNumber: '+34 900 900 900',
            emailId: 'ana@example.org',
            fullAddress: [{ language: 'eng', value: 'Main "1",\nRabat' }],
          },
        },
      ],
    ]);
  });

  it('keeps every record at its place, one that is refused too', async () => {
    const rows = [ana, { ...ana, vid: '12' }, { ...ana, gender: '' }, ana, { ...ana, dob: '25/01/1987' }];
    expect(
      (await outcomes(input, rows)).map((one) => (isList(one) && typeof one[1] === 'string' ? one : [])),
    ).toEqual([[], [2, 'ATS-REQ-002'], [3, 'ATS-REQ-004'], [], [5, 'ATS-REQ-007']]);
  });

  it('takes names of fields that a path cannot spell, and names that objects inherit', async () => {
    const { vid = null, name = null, gender = null, ...others } = ana;
    const row = Object.fromEntries([
      ...Object.entries(others),
      ['constructor', vid],
      ['First & last', name],
      ['__proto__', gender],
    ]);
    const mapping = { vid: 'constructor', name: ['First & last'], gender: '__proto__' };
    expect(await outcomes(input, [row], mapping)).toEqual(await outcomes(input, [ana]));
  });

  it('hands on letters of any script, blanks that no key types, and digits that only look like digits', async () => {
    const rows = [
      { ...ana, vid: '\u00A0\u200F7405214302\u3000', name: 'آنا 😀 He\u0301le\u0300ne' },
      { ...ana, vid: '７４０５２１４３０２' },
    ];
    expect(await outcomes(input, rows)).toMatchObject([
      [1, { individualId: '7405214302', demographics: { name: [{ value: 'آنا 😀 H\u00E9l\u00E8ne' }] } }],
      [2, 'ATS-REQ-002'],
    ]);
  });

  it('gives nothing for an empty list', async () => {
    expect(await HAND_IN[input]([])).toEqual([]);
  });
});
