import { readFileSync } from 'node:fs';

import type { AuthField } from '@mts/domain';
import { OutboundGuard, type OutboundClient } from '@mts/platform';
import {
  FakeOdkCentral,
  type FakeOdkOptions,
  generatedSubmissions,
  ODK_CA_FILE,
  ODK_NO_ROLE,
  ODK_VIEWER,
  odkForm,
  type OdkForm,
  recordedOdkForm,
  type Submission,
  systemOf,
} from '@mts/testing';
import { afterEach, describe, expect, it } from 'vitest';

import type { Mapping } from '../kit/mapping.js';
import type { SourceRecord } from '../kit/source.js';
import { mandatoryFieldsOf } from '../kit/validation.js';
import type { OdkConfig } from './config.js';
import { OdkPull, type OdkPullOptions } from './reader.js';
import { readOdkSource } from './source.js';

const REGISTRATION = recordedOdkForm('beneficiary_registration');
const MANDATORY = mandatoryFieldsOf({});
const GUARD = new OutboundGuard({ allowed: ['localhost'] });
/** Long enough for a machine that is busy with other tests; the fake falls silent for good. */
const IDLE_TIMEOUT_MS = 1000;

const running: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of running.splice(0).toReversed()) await one.close();
});

async function start(options: FakeOdkOptions = {}): Promise<FakeOdkCentral> {
  const central = await FakeOdkCentral.start({ forms: [REGISTRATION], ...options });
  running.push(central);
  return central;
}

function outbound(caPem?: string): OutboundClient {
  const limits = { connectTimeoutMs: 5000, idleTimeoutMs: IDLE_TIMEOUT_MS, bodySizeBytesMax: Infinity };
  const client = GUARD.client(caPem === undefined ? limits : { ...limits, caPem });
  running.push(client);
  return client;
}

type Changes = Partial<Omit<OdkPullOptions, 'source'>> & { readonly config?: OdkConfig };

function pullOf(central: FakeOdkCentral, { config, ...options }: Changes = {}): OdkPull {
  const { email, password } = ODK_VIEWER;
  const form = { projectId: '1', formId: 'beneficiary_registration' };
  return new OdkPull({
    fetch: outbound(config?.caPem).fetch,
    source: readOdkSource({ baseUrl: central.url, ...form, email, password, ...config }),
    mapping: {},
    mandatory: MANDATORY,
    fields: 'all',
    recordsMax: 1_000_000,
    retryDelaysMs: [0, 0],
    signal: new AbortController().signal,
    ...options,
  });
}

async function recordsOf(pull: OdkPull): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const batch of pull.batches()) records.push(...batch);
  return records;
}

const pulled = async (central: FakeOdkCentral, changes?: Changes) => recordsOf(pullOf(central, changes));
const idsOf = (records: readonly SourceRecord[]) => records.map(({ record }) => record['__id']);
const allOf = ({ submissions }: OdkForm): Submission[] =>
  Array.from({ length: submissions.length }, (_, index) => submissions.at(index) ?? systemOf(0));
const pagesOf = (central: FakeOdkCentral) => central.calls.filter(({ path }) => path.includes('.svc'));
const faultOf = async (central: FakeOdkCentral, changes?: Changes) =>
  pulled(central, changes).then(
    () => 'no fault',
    (error: unknown) => error,
  );

function formOf(formId: string, length: number, vidOf = (n: number) => String(n).padStart(16, '0')): OdkForm {
  return { ...odkForm(formId, []), submissions: generatedSubmissions(length, (n) => ({ vid: vidOf(n) })) };
}

describe('a pull from ODK Central', () => {
  it('gives the submissions row for row as they are there, with their repeats, the newest first', async () => {
    const central = await start();
    const expected = allOf(REGISTRATION).map((record, index) => ({ line: index + 1, record }));
    expect(await pulled(central)).toEqual(expected);
    expect(await pulled(central, { pageRecords: 4 })).toEqual(expected);
  });

  it.each([1000, 700, 250])('gives 2,500 of them alike by pages of %i', async (pageRecords) => {
    const form = formOf('beneficiary_registration', 2500);
    const central = await start({ forms: [form], gzip: true });
    const records = await pulled(central, { pageRecords });
    expect(records.map(({ line }) => line)).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
    expect(idsOf(records)).toEqual(allOf(form).map((row) => row['__id']));
    expect(pagesOf(central).length).toBe(Math.ceil(2500 / pageRecords));
  });

  it('logs in once, asks one thing at a time, and logs out', async () => {
    const central = await start();
    await pulled(central, { pageRecords: 5 });
    expect(central.calls.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)).toEqual([
      'POST /v1/sessions',
      'GET /v1/projects/1/forms/beneficiary_registration/fields',
      ...Array.from({ length: 5 }, () => 'GET /v1/projects/1/forms/beneficiary_registration.svc/Submissions'),
      'DELETE /v1/sessions/current',
    ]);
    expect([central.inFlightMax, central.openSessions]).toEqual([1, 0]);
  });

  it('goes along the cursor at its own base, whatever the server takes for its name', async () => {
    const elsewhere = await start();
    const central = await start({ domain: elsewhere.url, pathPrefix: '/odk' });
    expect((await pulled(central, { pageRecords: 10 })).length).toBe(25);
    expect(pagesOf(central).every(({ path }) => path.startsWith('/odk/v1/projects/1/'))).toBe(true);
    expect(elsewhere.calls).toEqual([]);
  });

  it('takes a server that ignores every wish and knows neither fields nor a log-out', async () => {
    const central = await start({ kind: 'bare' });
    expect(idsOf(await pulled(central, { fields: 'mapped', pageRecords: 3 }))).toEqual(
      allOf(REGISTRATION).map((row) => row['__id']),
    );
  });

  it('takes a server that breaks off where it is asked for the fields', async () => {
    const central = await start();
    const real = outbound().fetch;
    const breaking: typeof real = async (url, init) => {
      if (new Request(url).url.includes('/fields')) throw new TypeError('fetch failed');
      return real(url, init);
    };
    expect((await pulled(central, { fetch: breaking })).length).toBe(25);
  });

  it('goes along the pages of a server before v2023.4, and gives what moved onto a second one only once', async () => {
    const rows = allOf(REGISTRATION);
    const central = await start({ forms: [odkForm('beneficiary_registration', rows)], paging: 'skip' });
    const expected = rows.map((row) => row['__id']);
    const ids: unknown[] = [];
    for await (const batch of pullOf(central, { pageRecords: 5 }).batches()) {
      ids.push(...idsOf(batch));
      if (ids.length === 5) rows.unshift(systemOf(99), systemOf(98));
    }
    expect(ids).toEqual(expected);
  });

  it('finds any form by its id', async () => {
    const central = await start({ forms: [recordedOdkForm('form id+with/odd')] });
    expect((await pulled(central, { config: { formId: 'form id+with/odd' } })).length).toBe(1);
  });

  it('asks an address of the caller’s with its own query, and for one page of it', async () => {
    const central = await start();
    const odataUrl = `${central.url}/v1/projects/1/forms/beneficiary_registration.svc/Submissions?$top=7`;
    expect((await pulled(central, { config: { odataUrl } })).length).toBe(7);
    expect(pagesOf(central).map(({ path }) => path.split('?')[1])).toEqual(['$top=7&$expand=*']);
  });

  it('keeps every digit of a number', async () => {
    const central = await start({ forms: [odkForm('f', [{ ...systemOf(1), vid: '1', income: 1216.8 }])] });
    const [only] = await pulled(central, { config: { formId: 'f' } });
    expect(only?.record).toMatchObject({ vid: '1', income: 1216.8 });
  });

  it('trusts an authority of the source’s own, and nobody else’s without it', async () => {
    const central = await start({ tls: true });
    const caPem = readFileSync(ODK_CA_FILE, 'utf8');
    expect((await pulled(central, { config: { caPem } })).length).toBe(25);
    expect(await faultOf(central)).toMatchObject({ kind: 'again', code: 'MTS-ODK-106' });
  });

  it('ends with its signal, and logs out all the same', async () => {
    const central = await start();
    const stop = new AbortController();
    const batches = pullOf(central, { signal: stop.signal, pageRecords: 5 }).batches();
    await batches.next();
    stop.abort(new Error('stopped'));
    await expect(batches.next()).rejects.toThrow('stopped');
    expect(central.openSessions).toBe(0);
  });

  it('refuses more than the limit', async () => {
    const central = await start();
    expect(await faultOf(central, { recordsMax: 24 })).toMatchObject({ kind: 'final', code: 'MTS-ODK-011' });
    expect((await pulled(central, { recordsMax: 25 })).length).toBe(25);
  });

  it('counts what nobody can read towards the limit too', async () => {
    const encrypted = allOf(recordedOdkForm('encrypted_form'));
    const central = await start({ forms: [odkForm('f', [...encrypted, { ...systemOf(1), vid: '1' }])] });
    const changes = { config: { formId: 'f' }, recordsMax: encrypted.length };
    expect(await faultOf(central, changes)).toMatchObject({ kind: 'final', code: 'MTS-ODK-011' });
  });
});

const manyRows = (row: object) => Array.from({ length: 4000 }, () => row);
const next = (n: number) => `https://odk.example/f.svc/Submissions?$skiptoken=${String(n)}`;

/** Each page as it is made up, whatever is asked for. */
async function pullOfPages(pageOf: (n: number) => object, changes?: Changes): Promise<unknown> {
  const central = await start();
  const real = outbound().fetch;
  let pages = 0;
  const fetch: typeof real = async (url, init) =>
    new Request(url).url.includes('.svc/') ? Response.json(pageOf((pages += 1))) : real(url, init);
  return faultOf(central, { fetch, ...changes });
}

describe('pages without end', () => {
  const ENDLESS = { kind: 'final', code: 'MTS-ODK-013' };

  it('are seen where one leads back to another', async () => {
    const fault = await pullOfPages((n) => ({ value: [{ vid: '1' }], '@odata.nextLink': next(n % 3) }));
    expect(fault).toMatchObject(ENDLESS);
  });

  it('are seen where far more comes than was counted', async () => {
    const fault = await pullOfPages((n) => ({
      value: manyRows({ vid: '1' }),
      '@odata.nextLink': next(n),
      '@odata.count': 4000,
    }));
    expect(fault).toMatchObject(ENDLESS);
  });

  it('are seen where the same rows come again and again, and nothing was counted', async () => {
    const page = { value: manyRows({ __id: 'uuid:1', vid: '1' }) };
    const fault = await pullOfPages((n) => ({ ...page, '@odata.nextLink': next(n) }), { recordsMax: 100 });
    expect(fault).toMatchObject(ENDLESS);
  });
});

const optionsOf = (central: FakeOdkCentral) =>
  new URLSearchParams(pagesOf(central)[0]?.path.split('?')[1] ?? '');

describe('what is asked for', () => {
  it('are the mapped fields alone, where no repeat is mapped', async () => {
    const central = await start();
    const mapping = { name: ['demographics.fname', 'demographics.lname'], emailId: 'no_such_field' };
    const records = await pulled(central, { mapping, fields: 'mapped' });
    expect(optionsOf(central).get('$select')).toBe(
      '__id,__system/submissionDate,__system/status,vid,demographics/fname,demographics/lname,gender,dob,phoneNumber,fullAddress',
    );
    expect(records[0]?.record).toEqual({
      vid: '7945223180844770',
      gender: 'female',
      dob: '2002-04-04',
      phoneNumber: '05961369339',
      fullAddress: '88 Main Rd, Block "B", Colombo 583564',
      demographics: { fname: 'अमित', lname: 'Sharma' },
      __id: 'uuid:00000001-0000-4000-8000-000000000019',
      __system: { submissionDate: '2026-11-22T00:36:43.868Z', status: null },
    });
  });

  it('are what ODK Central adds too, where that is mapped', async () => {
    const central = await start();
    const mapping = { referenceId: '__system.submitterId', name: ['__id'] };
    const [first] = await pulled(central, { mapping, fields: 'mapped' });
    expect(first?.record['__system']).toHaveProperty('submitterId', '19');
  });

  it('is all of it where a selection would be too long for an address', async () => {
    const fields = Array.from({ length: 60 }, (_, n) => ({
      path: `/a_field_of_a_name_${String(n)}`,
      type: 'string',
    }));
    const central = await start({ forms: [{ ...REGISTRATION, fields }] });
    const mapping = { name: fields.map(({ path }) => path.slice(1)) };
    await pulled(central, { mapping, fields: 'mapped' });
    expect(optionsOf(central).get('$expand')).toBe('*');
  });

  it('is all of it, with the repeats, where one is mapped or a format may name any field', async () => {
    for (const changes of [
      { mapping: { name: ['household[0].member_name'] }, fields: 'mapped' },
      { fields: 'all' },
    ] as const) {
      const central = await start();
      const records = await pulled(central, changes);
      expect([optionsOf(central).get('$expand'), optionsOf(central).has('$select')]).toEqual(['*', false]);
      expect(records[0]?.record).toHaveProperty('household.0.member_name', 'Juan Perera');
    }
  });

  it.each([
    [{ startDate: '2026-11-22T00:36:43.489Z' }, 13],
    [{ endDate: '2026-11-22T00:36:43.489Z' }, 12],
    [{ startDate: '2026-11-22T00:36:43.005Z', endDate: '2026-11-22T00:36:43.868Z' }, 24],
    [{ startDate: '2026-11-22T06:06:43.489+05:30' }, 13],
  ])('is what was submitted in %o: %i submissions', async (config, count) => {
    expect((await pulled(await start(), { config })).length).toBe(count);
  });
});

describe('a pull that goes wrong', () => {
  const PAGE_5 = { pageRecords: 5 };

  it.each([
    'truncate',
    'break',
    'reset',
    'html',
    'hang',
    { error: 502 },
    { error: 429, retryAfter: '0' },
  ] as const)('asks for a page again: %o', async (misbehaviour) => {
    const central = await start();
    central.misbehave(3, misbehaviour);
    expect(await pulled(central, PAGE_5)).toEqual(
      allOf(REGISTRATION).map((record, index) => ({ line: index + 1, record })),
    );
    expect(pagesOf(central).length).toBe(6);
    expect(central.openSessions).toBe(0);
  });

  it.each([
    ['truncate', 'MTS-ODK-104'],
    ['reset', 'MTS-ODK-101'],
    ['html', 'MTS-ODK-104'],
    ['hang', 'MTS-ODK-102'],
    [{ error: 503 }, 'MTS-ODK-103'],
  ] as const)('can be begun anew later, when it does not get better: %o', async (misbehaviour, code) => {
    const central = await start();
    for (const page of [1, 2]) central.misbehave(page, misbehaviour);
    expect(await faultOf(central, { retryDelaysMs: [0] })).toMatchObject({ kind: 'again', code });
    expect(pagesOf(central).length).toBe(2);
  });

  it('tells how long it is asked to wait', async () => {
    const central = await start();
    central.misbehave(1, { error: 429, retryAfter: '120' });
    expect(await faultOf(central)).toMatchObject({
      kind: 'again',
      code: 'MTS-ODK-103',
      retryAfterSeconds: 120,
    });
    expect(pagesOf(central).length).toBe(1);
  });

  it('goes on along the same cursor with a new session when the old one has ended', async () => {
    const central = await start();
    central.misbehave(3, 'expire');
    expect(idsOf(await pulled(central, PAGE_5))).toEqual(allOf(REGISTRATION).map((row) => row['__id']));
    expect(central.calls.filter(({ method }) => method === 'POST').length).toBe(2);
  });

  it('sees that a cursor has lost its row, and fewer came than were counted', async () => {
    const central = await start();
    central.misbehave(3, 'purge');
    expect(await faultOf(central, PAGE_5)).toMatchObject({ kind: 'again', code: 'MTS-ODK-105' });
  });

  it('hands an unasked-for page beyond all size on while it comes, and is void when that breaks', async () => {
    const form = formOf('f', 6000, (n) => String(n).repeat(400).slice(0, 1600));
    const central = await start({ forms: [form], kind: 'bare' });
    expect((await pulled(central, { config: { formId: 'f' } })).length).toBe(6000);
    central.misbehave(2, 'break');
    expect((await pulled(central, { config: { formId: 'f' } })).length).toBe(6000);
    const large = formOf('f', 14_000, (n) => String(n).repeat(400).slice(0, 1600));
    const breaking = await start({ forms: [large], kind: 'bare' });
    breaking.misbehave(1, 'break');
    const pull = pullOf(breaking, { config: { formId: 'f' } });
    await expect(recordsOf(pull)).rejects.toMatchObject({ kind: 'again', code: 'MTS-ODK-104' });
    expect(pull.counts.records).toBeGreaterThan(1000);
    expect(pagesOf(breaking).length).toBe(1);
  });
});

describe('a pull that cannot go right', () => {
  it.each<[string, FakeOdkOptions, OdkConfig, string]>([
    ['a wrong password', {}, { password: 'nope-nope-nope' }, 'MTS-ODK-001'],
    ['single sign-on', { singleSignOn: true }, {}, 'MTS-ODK-002'],
    ['an account without a role', {}, ODK_NO_ROLE, 'MTS-ODK-003'],
    ['a form that is not there', {}, { formId: 'Beneficiary_Registration' }, 'MTS-ODK-004'],
    ['a project that is not there', {}, { projectId: '999' }, 'MTS-ODK-004'],
    [
      'a form that is only a draft',
      { forms: [recordedOdkForm('draft_only')] },
      { formId: 'draft_only' },
      'MTS-ODK-005',
    ],
    ['a path that is not the API’s', { pathPrefix: '/odk' }, { version: 'v2' }, 'MTS-ODK-006'],
    ['a number for a project that is none', {}, { projectId: 'abc' }, 'MTS-ODK-009'],
    [
      'a form of encrypted answers',
      { forms: [recordedOdkForm('encrypted_form')] },
      { formId: 'encrypted_form' },
      'MTS-ODK-008',
    ],
    ['a form without submissions', { forms: [odkForm('empty', [])] }, { formId: 'empty' }, 'ATS-REQ-023'],
    ['no submissions in that time', {}, { endDate: '2020-01-01' }, 'ATS-REQ-023'],
  ])('says so at once: %s', async (_, options, config, code) => {
    const central = await start(options);
    const { email, password, ...where } = config;
    const person = {
      ...(email === undefined ? {} : { email }),
      ...(password === undefined ? {} : { password }),
    };
    const fault = await faultOf(central, { config: { ...where, ...person } });
    expect(fault).toMatchObject({ name: 'OdkFault', kind: 'final', code });
    expect(JSON.stringify([String(fault), fault])).not.toMatch(/example\.org|Passw0rd|nope|localhost/);
    expect(central.openSessions).toBe(0);
  });

  it.each(['vid', 'phoneNumber'] as const)(
    'does not read digits that are lost already: %s',
    async (field) => {
      const central = await start({ forms: [recordedOdkForm('int_vid')] });
      const mapping = { [field]: 'vid', ...(field === 'vid' ? {} : { vid: 'name' }) };
      expect(await faultOf(central, { config: { formId: 'int_vid' }, mapping })).toMatchObject({
        kind: 'final',
        code: 'MTS-ODK-007',
        message: expect.stringContaining(`mapped to ${field} is a number`) as string,
      });
      expect(pagesOf(central)).toEqual([]);
    },
  );

  it.each<[AuthField, Mapping]>([
    ['vid', { vid: 'zip' }],
    ['vid', { vid: 'demographics.zip' }],
    ['vid', { vid: 'nowhere.zip' }],
    ['name', { name: ['first', 'demographics.last'] }],
  ])(
    'pulls nothing of a form that lacks what is mapped to a mandatory field: %s, %j',
    async (field, mapping) => {
      const central = await start();
      expect(await faultOf(central, { mapping })).toMatchObject({
        kind: 'final',
        code: 'MTS-ODK-012',
        message: expect.stringContaining(`request.mapping.${field}`) as string,
      });
      expect([pagesOf(central), central.openSessions]).toEqual([[], 0]);
    },
  );

  it.each<Mapping>([
    { vid: 'demographics.fname' },
    { name: ['first', 'demographics.fname'] },
    { vid: 'household[0].zip' },
    { vid: 'household.zip' },
    { vid: 'location.coordinates' },
    { vid: '__id' },
    { vid: '__system.submitterName' },
    { vid: 'vid | .x' },
    { phoneNumber: 'zip', referenceId: 'zip' },
  ])('pulls a form of which it cannot be said that it lacks a mandatory field: %j', async (mapping) => {
    expect((await pulled(await start(), { mapping })).length).toBe(25);
  });

  it('says that no submissions are at an address of the caller’s', async () => {
    const central = await start();
    const odataUrl = `${central.url}/elsewhere`;
    expect(await faultOf(central, { config: { odataUrl } })).toMatchObject({ code: 'MTS-ODK-006' });
  });

  it('is not even tried where the guard says no', async () => {
    const { fetch } = new OutboundGuard({ allowed: [] }).client({
      connectTimeoutMs: 1000,
      idleTimeoutMs: 1000,
    });
    expect(await faultOf(await start(), { fetch })).toMatchObject({ kind: 'final', code: 'MTS-ODK-010' });
  });
});

it('counts apart what is encrypted, and what only tests a draft', async () => {
  const [encrypted] = allOf(recordedOdkForm('encrypted_form'));
  const rows = [
    { ...systemOf(2), vid: '1' },
    ...(encrypted === undefined ? [] : [encrypted]),
    { ...systemOf(1), vid: '2' },
  ];
  const mixed = pullOf(await start({ forms: [odkForm('f', rows)] }), { config: { formId: 'f' } });
  expect((await recordsOf(mixed)).map(({ line, record }) => [line, record['vid']])).toEqual([
    [1, '1'],
    [2, '2'],
  ]);
  expect(mixed.counts).toEqual({ records: 2, encrypted: 1, drafts: 0 });

  const central = await start({ forms: [recordedOdkForm('draft_only')] });
  const odataUrl = `${central.url}/v1/projects/1/forms/draft_only/draft.svc/Submissions`;
  const draft = pullOf(central, { config: { odataUrl } });
  await expect(recordsOf(draft)).rejects.toMatchObject({ code: 'MTS-ODK-005' });
  expect(draft.counts).toEqual({ records: 0, encrypted: 0, drafts: 2 });
});
