import { ApiError } from '@mts/domain';
import { describe, expect, it } from 'vitest';

import { Refusal } from '../http/refusal.js';
import { readCallback } from './read-callback.js';

const URL = 'https://odoo.example.org/cb';
const ODOO = {
  authUrl: 'https://odoo.example.org/web/session/authenticate',
  database: 'db',
  username: 'u',
  password: 'p',
};

/** What is answered: `status code: text` of each error. */
function refusal(properties: unknown, output = 'json'): string {
  try {
    readCallback(properties, output, 'all');
  } catch (error) {
    if (error instanceof ApiError) return `${String(error.status)} ${error.code}: ${error.message}`;
    if (error instanceof Refusal)
      return error.errors
        .map((one) => `${String(error.status)} ${one.errorCode}: ${one.errorMessage}`)
        .join(' | ');
    throw error;
  }
  return 'taken';
}

describe('callbackProperties', () => {
  it.each([
    ['024', undefined],
    ['024', null],
    ['024', {}],
    ['024', false],
    ['024', ''],
    ['027', { url: URL, authType: 'basic' }],
    ['028', { url: URL, authType: 'odoo' }],
    ['028', { url: URL, authType: 'odoo', authOdoo: {} }],
    ['028', { url: URL, authType: 'odoo', authOdoo: false }],
    ['029', { url: URL, authType: 'oauth' }],
    ['030', { url: URL, authType: 'staticBearer' }],
    ['031', { url: URL, authType: 'odoo', authOdoo: { ...ODOO, authUrl: undefined } }],
    ['031', { url: URL, authType: 'odoo', authOdoo: { ...ODOO, authUrl: false } }],
    ['032', { url: URL, authType: 'odoo', authOdoo: { ...ODOO, username: '' } }],
    ['033', { url: URL, authType: 'odoo', authOdoo: { ...ODOO, database: '' } }],
    ['033', { url: URL, authType: 'odoo', authOdoo: { ...ODOO, database: false, username: '' } }],
    ['034', { url: URL, authType: 'staticBearer', authStaticBearer: { token: '' } }],
  ])('are refused with ATS-REQ-%s as %j', (code, properties) => {
    expect(refusal(properties)).toMatch(new RegExp(`^400 ATS-REQ-${code}: `));
  });

  it.each([
    ['025', { url: URL, callInBulk: true }],
    ['025', { url: URL, callInBulk: true, requestFileName: '' }],
    ['026', { url: URL, requestFileName: 'r.csv' }],
    ['026', { url: URL, requestFileName: 'r.csv', callInBulk: false }],
  ])('for a CSV file are refused with ATS-REQ-%s as %j', (code, properties) => {
    expect(refusal(properties, 'csv')).toMatch(new RegExp(`^400 ATS-REQ-${code}: `));
  });

  it.each([
    ['x', '422 ATS-REQ-102: Invalid Input. request.callbackProperties: value is not a valid dict'],
    [
      { httpMethod: 'POST' },
      '422 ATS-REQ-102: Invalid Input. request.callbackProperties.url: field required',
    ],
    [
      { url: 'x' },
      '422 ATS-REQ-102: Invalid Input. request.callbackProperties.url: invalid or missing URL scheme',
    ],
    [
      { url: URL, timeoutSeconds: 'abc' },
      '422 ATS-REQ-102: Invalid Input. request.callbackProperties.timeoutSeconds: value is not a valid integer',
    ],
    [
      { url: URL, callInBulk: 'perhaps' },
      '422 ATS-REQ-102: Invalid Input. request.callbackProperties.callInBulk: value could not be parsed to a boolean',
    ],
    [
      { url: URL, authType: 'odoo', authOdoo: { ...ODOO, password: undefined } },
      '422 ATS-REQ-102: Invalid Input. request.callbackProperties.authOdoo.password: field required',
    ],
    [
      { url: URL, authType: 'staticBearer', authStaticBearer: { other: 1 } },
      '422 ATS-REQ-102: Invalid Input. request.callbackProperties.authStaticBearer.token: field required',
    ],
    [
      { url: URL, extraHeaders: 'x' },
      '422 ATS-REQ-102: Invalid Input. request.callbackProperties.extraHeaders: value is not a valid dict',
    ],
  ])('are refused as the schema of the original refuses %j, with the field named', (properties, text) => {
    expect(refusal(properties)).toBe(text);
  });

  it.each([
    [{ httpMethod: 'FOO' }, /httpMethod: one of POST, PUT, PATCH, DELETE, GET is expected/],
    [{ httpMethod: 'codes' }, /httpMethod/],
    [{ httpMethod: 5 }, /httpMethod/],
    [{ httpMethod: 'HEAD' }, /httpMethod/],
    [{ timeoutSeconds: 0 }, /timeoutSeconds: a number of seconds from 1 to 600/],
    [{ timeoutSeconds: 100_000 }, /timeoutSeconds/],
    [{ extraHeaders: { 'X-N': { a: 1 } } }, /extraHeaders: the value of a header/],
    [{ extraHeaders: { 'X-N': 'a\r\nX-M: b' } }, /extraHeaders: the value of a header/],
    [{ extraHeaders: { 'X N': 'a' } }, /extraHeaders: the name of a header/],
    [{ extraHeaders: { 'X-N\r\nX-M': 'a' } }, /extraHeaders: the name of a header/],
    [{ extraHeaders: { 'Content-Length': '1' } }, /extraHeaders: headers that say where/],
    [{ extraHeaders: { host: 'inside' } }, /extraHeaders: headers that say where/],
    [{ signingSecret: 'secret' }, /signingSecret: whsec_/],
    [{ signingSecret: `whsec_${Buffer.alloc(8).toString('base64')}` }, /signingSecret/],
    [
      { authType: 'oauth', authOauth: { authUrl: URL, clientSecret: 's' } },
      /authOauth: clientId and clientSecret/,
    ],
  ])('are refused when the list is handed in, not after all authentications, as %j', (wish, text) => {
    expect(refusal({ url: URL, ...wish })).toMatch(
      /^400 ATS-REQ-102: invalid input\. request\.callbackProperties\./,
    );
    expect(refusal({ url: URL, ...wish })).toMatch(text);
  });

  it('of an OAuth login without its address are refused at once', () => {
    expect(refusal({ url: URL, authType: 'oauth', authOauth: { clientId: 'c', clientSecret: 's' } })).toBe(
      '422 ATS-REQ-102: Invalid Input. request.callbackProperties.authOauth.authUrl: field required',
    );
  });

  it('name a code of their own before anything that the schema refuses', () => {
    expect(refusal({ timeoutSeconds: 'abc', authType: 'basic' })).toMatch(/^400 ATS-REQ-027: /);
  });

  it('never stand in the text of their refusal', () => {
    const secrets = {
      url: URL,
      signingSecret: 'geheim',
      extraHeaders: { 'X-N': 'geheim\n' },
      httpMethod: 'geheim',
    };
    expect(refusal(secrets)).not.toMatch(/geheim|example/);
  });

  it('have the defaults of the original where a field is false, null or empty', () => {
    const empty = {
      url: URL,
      httpMethod: false,
      extraHeaders: null,
      timeoutSeconds: false,
      callInBulk: '',
      requestFileName: false,
      authType: false,
      authOdoo: false,
      signingSecret: null,
    };
    expect(readCallback(empty, 'json', 'all')).toEqual({
      url: URL,
      method: 'POST',
      extraHeaders: {},
      timeoutSeconds: 10,
      inBulk: false,
      fileName: '',
      login: { kind: 'none' },
      signingSecret: undefined,
      deliver: 'all',
    });
  });

  it('take what the original takes: methods in any case, numbers as texts, truths as words', () => {
    const given = {
      url: URL,
      httpMethod: 'patch',
      timeoutSeconds: '30',
      callInBulk: 'true',
      extraHeaders: { 'X-N': 5, 'X-Empty': false },
      authType: 'odoo',
      authOdoo: { ...ODOO, username: 7 },
    };
    expect(readCallback(given, 'json', 'successes')).toMatchObject({
      method: 'PATCH',
      timeoutSeconds: 30,
      inBulk: true,
      extraHeaders: { 'X-N': '5' },
      login: { kind: 'odoo', username: '7' },
      deliver: 'successes',
    });
  });

  it('of another authType than the one that is used do not count', () => {
    expect(refusal({ url: URL, authType: 'none', authOdoo: { authUrl: '' }, authOauth: 'x' })).toBe('taken');
  });
});
