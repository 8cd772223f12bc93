import { createSecretKey, randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import type { OdkConfig } from './config.js';
import { readInstant } from './instant.js';
import { firstQuery } from './query.js';
import { openOdkOrder, sealOdkOrder } from './order.js';
import { readOdkSource } from './source.js';

const CONFIG = {
  baseUrl: 'https://central.example.org',
  projectId: '1',
  formId: 'reg',
  email: 'a@b.c',
  password: 'pw',
} as const satisfies OdkConfig;

const addressOf = (config: OdkConfig) => readOdkSource({ ...CONFIG, ...config }).address;

describe('a source in ODK Central', () => {
  it.each<[Partial<Record<keyof OdkConfig, undefined>>, string, string]>([
    [{ baseUrl: undefined, email: undefined }, 'ATS-REQ-018', 'no odk baseurl provided'],
    [{ email: undefined, password: undefined }, 'ATS-REQ-019', 'no email provided'],
    [{ password: undefined, projectId: undefined }, 'ATS-REQ-020', 'no password provided'],
    [{ projectId: undefined, formId: undefined }, 'ATS-REQ-021', 'no odk project id provided'],
    [{ formId: undefined }, 'ATS-REQ-022', 'no odk form id provided'],
  ])('tells first of what the original told first: %o', (missing, code, message) => {
    expect(() => readOdkSource({ ...CONFIG, ...missing })).toThrow(
      expect.objectContaining({ code, message, status: 400 }) as Error,
    );
  });

  it.each([
    ['https://central.example.org', 'https://central.example.org/v1'],
    ['https://central.example.org/', 'https://central.example.org/v1'],
    ['  central.example.org ', 'https://central.example.org/v1'],
    ['localhost:27443', 'https://localhost:27443/v1'],
    ['http://127.0.0.1:8383//', 'http://127.0.0.1:8383/v1'],
    ['https://example.org/odk/central/', 'https://example.org/odk/central/v1'],
    ['https://example.org/odk/v1/', 'https://example.org/odk/v1'],
  ])('may have the base %s', (baseUrl, api) => {
    expect(addressOf({ baseUrl })).toMatchObject({
      api,
      submissions: `${api}/projects/1/forms/reg.svc/Submissions`,
      form: `${api}/projects/1/forms/reg`,
    });
  });

  it('may have any form id', () => {
    expect(addressOf({ formId: 'form id+with/odd?#%2e' }).submissions).toBe(
      'https://central.example.org/v1/projects/1/forms/form%20id%2Bwith%2Fodd%3F%23%252e.svc/Submissions',
    );
    expect(() => addressOf({ projectId: '..' })).toThrow('request.odkconfig.projectid: this cannot be part');
  });

  it.each([
    'https://user:secret@central.example.org',
    'ftp://central.example.org',
    'https://central.example.org/?key=1',
    'https://central example.org',
  ])('cannot have the base %s, which is not repeated', (baseUrl) => {
    expect(() => addressOf({ baseUrl })).toThrow(
      /^invalid input\. request\.odkconfig\.baseurl: (?!.*example\.org\/)/,
    );
  });

  it('may be named by the address of its OData service, with a query of its own', () => {
    const odataUrl = 'https://central.example.org/x/v1/projects/7/forms/a%20b.svc/Submissions?$top=1';
    expect(addressOf({ odataUrl, projectId: undefined, formId: undefined })).toEqual({
      api: 'https://central.example.org/v1',
      submissions: 'https://central.example.org/x/v1/projects/7/forms/a%20b.svc/Submissions',
      form: 'https://central.example.org/x/v1/projects/7/forms/a%20b',
      isDraft: false,
      ownQuery: '?$top=1',
    });
    expect(addressOf({ odataUrl, baseUrl: undefined }).api).toBe('https://central.example.org/x/v1');
    expect(addressOf({ odataUrl: odataUrl.replace('/Submissions', '') }).submissions).toMatch(
      /\.svc\/Submissions$/,
    );
    expect(addressOf({ odataUrl: odataUrl.replace('.svc', '/draft.svc') }).isDraft).toBe(true);
  });

  it('never leads anywhere but to its base', () => {
    for (const odataUrl of [
      'https://evil.example/v1/projects/1/forms/f.svc/Submissions',
      'http://central.example.org/v1/projects/1/forms/f.svc/Submissions',
      'https://central.example.org:8443/v1/projects/1/forms/f.svc/Submissions',
      'https://central.example.org@evil.example/v1/projects/1/forms/f.svc',
    ]) {
      expect(() => addressOf({ odataUrl })).toThrow(/^invalid input\. request\.odkconfig\.odataurl/);
    }
  });

  it('cannot have a date that no calendar has', () => {
    expect(() => readOdkSource({ ...CONFIG, startDate: '2026-02-30' })).toThrow(
      /^invalid input\. request\.odkconfig\.startdate: a date/,
    );
  });

  it('is kept sealed, and opens for its own request alone', () => {
    const key = createSecretKey(randomBytes(32));
    const order = { config: { ...CONFIG, password: 'correct horse' }, rules: { idCheck: 'off' } } as const;
    const sealed = sealOdkOrder('r1', order, key);
    expect(sealed.includes('correct')).toBe(false);
    expect(openOdkOrder('r1', sealed, key)).toEqual(order);
    expect(() => openOdkOrder('r2', sealed, key)).toThrow('does not open');
  });
});

describe('an instant', () => {
  it.each([
    ['2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z'],
    ['2022-10-01', '2022-10-01T00:00:00.000Z'],
    ['2026-01-02 08:30', '2026-01-02T08:30:00.000Z'],
    ['2026-01-01T05:30:00+05:30', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00:00-0130', '2026-01-01T01:30:00.000Z'],
    ['2026-01-01T00:00:00.1231Z', '2026-01-01T00:00:00.124Z'],
    [' 2024-02-29 ', '2024-02-29T00:00:00.000Z'],
  ])('is read from %s', (text, instant) => {
    expect(readInstant(text)?.toISOString()).toBe(instant);
  });

  it.each([
    '',
    'yesterday',
    '2026-02-30',
    '2026-13-01',
    '2025-02-29',
    '2026-01-01T25:00:00Z',
    '01/02/2026',
    '2026',
  ])('is not read from %j', (text) => {
    expect(readInstant(text)).toBeUndefined();
  });
});

const query = (config: OdkConfig, shape = {}) =>
  firstQuery(readOdkSource({ ...CONFIG, ...config }), shape, 10);

describe('what is asked of ODK Central', () => {
  it('has its dates as UTC instants, the start included and the end not', () => {
    expect(query({ startDate: '2022-10-01', endDate: '2022-10-31T05:30:00+05:30' })).toEqual({
      text: '?$filter=__system/submissionDate%20ge%202022-10-01T00:00:00.000Z%20and%20__system/submissionDate%20lt%202022-10-31T00:00:00.000Z&$top=10&$count=true',
      isOnlyPage: false,
    });
  });

  it('is filtered by one date alone too', () => {
    expect(query({ startDate: '2022-10-01' }).text).toMatch(
      /^\?\$filter=__system\/submissionDate%20ge%202022-10-01T/,
    );
    expect(query({ endDate: '2022-10-01' }).text).toMatch(
      /^\?\$filter=__system\/submissionDate%20lt%202022-10-01T/,
    );
  });

  it('keeps the query that the address came with, and both filters', () => {
    const base = 'https://central.example.org/v1/projects/1/forms/f.svc/Submissions';
    const odataUrl = `${base}?$filter=__system/reviewState eq 'approved'&$select=vid`;
    expect(query({ odataUrl, startDate: '2022-10-01' }, { $expand: '*' }).text).toBe(
      "?$select=vid&$filter=(__system/reviewState%20eq%20'approved')%20and%20__system/submissionDate%20ge%202022-10-01T00:00:00.000Z&$top=10&$count=true",
    );
  });

  it('keeps the offset of a time of the caller’s own, whose plus would be a blank', () => {
    const base = 'https://central.example.org/v1/projects/1/forms/f.svc/Submissions';
    const odataUrl = `${base}?$filter=__system/updatedAt%20ge%202026-01-01T00:00:00.000%2B05:30`;
    expect(query({ odataUrl }).text).toContain('2026-01-01T00:00:00.000%2B05:30)');
  });

  it('is one page where the caller says which', () => {
    const odataUrl = 'https://central.example.org/v1/projects/1/forms/f.svc/Submissions?%24top=1';
    expect(query({ odataUrl })).toEqual({ text: '?$top=1', isOnlyPage: true });
  });
});
