import { ApiError, type JsonValue } from '@mts/domain';
import { describe, expect, it } from 'vitest';

import { Refusal } from '../http/refusal.js';
import type { AuthdataShape } from '../ingest/ingest-items.js';
import { readCsvListRequest, readJsonListRequest } from './read-list-request.js';

const SETTINGS = { languages: ['eng', 'ara'], nameDelimiter: ' ', addressDelimiter: ', ' };
const ENVELOPE = { id: 'a', version: '1.0', metadata: '', requesttime: '2022-07-08T06:57:05.189Z' };
const REQUEST = { output: 'json', deliverytype: 'download' };

function refusal(envelope: JsonValue, authdata: AuthdataShape = 'list'): [number, string[]] {
  try {
    readJsonListRequest(envelope, authdata, SETTINGS);
  } catch (error) {
    const { status, errors } = error instanceof ApiError ? Refusal.of(error) : (error as Refusal);
    const messages = errors
      .filter(({ errorCode }) => errorCode === 'ATS-REQ-102')
      .map((one) => one.errorMessage);
    return [status, messages.toSorted()];
  }
  throw new Error('it was accepted');
}

function wish(request: JsonValue): ReturnType<typeof readJsonListRequest> {
  return readJsonListRequest({ ...ENVELOPE, request }, 'list', SETTINGS);
}

describe('the envelope', () => {
  it('may hold anything in its texts, also nothing, and fields that nobody knows', () => {
    const envelope = { ...ENVELOPE, id: '', version: '', metadata: '', other: { a: [1] } };
    expect(readJsonListRequest({ ...envelope, request: REQUEST }, 'list', SETTINGS).output).toBe('json');
  });

  it('may hold numbers for texts, as the original lets it', () => {
    expect(readJsonListRequest({ ...ENVELOPE, id: 5, request: REQUEST }, 'list', SETTINGS)).toBeDefined();
  });

  it.each<[string, JsonValue, number, string[]]>([
    [
      'that is empty names every field that it lacks',
      {},
      422,
      [
        'Invalid Input. id: field required',
        'Invalid Input. metadata: field required',
        'Invalid Input. request: field required',
        'Invalid Input. requesttime: field required',
        'Invalid Input. version: field required',
      ],
    ],
    ['that is a list is refused', [1, 2], 422, ['Invalid Input. value is not a valid dict']],
    ['that is null is refused', null, 422, ['Invalid Input. value is not a valid dict']],
    [
      'with null for a text',
      { ...ENVELOPE, id: null, request: REQUEST },
      422,
      ['Invalid Input. id: none is not an allowed value'],
    ],
    [
      'with an object for a text',
      { ...ENVELOPE, metadata: {}, request: REQUEST },
      422,
      ['Invalid Input. metadata: str type expected'],
    ],
    [
      'with a list for the request',
      { ...ENVELOPE, request: [REQUEST] },
      422,
      ['Invalid Input. request: value is not a valid dict'],
    ],
    [
      'with a text for the request',
      { ...ENVELOPE, request: 'x' },
      422,
      ['Invalid Input. request: value is not a valid dict'],
    ],
    [
      'with false for the request',
      { ...ENVELOPE, request: false },
      422,
      ['Invalid Input. request: field required'],
    ],
  ])('%s', (_title, envelope, status, messages) => {
    expect(refusal(envelope)).toEqual([status, messages]);
  });

  it.each(['2022-07-08T06:57:05.1Z', '2022-07-08T06:57:05.189123Z', '2099-01-01T00:00:00.0Z'])(
    'may say the time as %s',
    (requesttime) => {
      const envelope = { ...ENVELOPE, requesttime, request: REQUEST };
      expect(readJsonListRequest(envelope, 'list', SETTINGS)).toBeDefined();
    },
  );

  it.each([
    '2022-07-08T06:57:05Z',
    '2022-07-08T06:57:05.Z',
    '2022-07-08T06:57:05.1234567Z',
    '2022-07-08T06:57:05.189+00:00',
    '2022-07-08 06:57:05.189Z',
    '2022-02-30T06:57:05.189Z',
    '2022-07-08T25:57:05.189Z',
    'yesterday',
    '',
    null,
    20220708,
    {},
  ])('may not say the time as %j', (requesttime) => {
    expect(refusal({ ...ENVELOPE, requesttime, request: REQUEST })).toEqual([
      400,
      ['invalid input. requesttime is not in valid format'],
    ]);
  });
});

describe('the request', () => {
  it.each<[string, JsonValue, number, string]>([
    ['lacks the output', { deliverytype: 'download' }, 422, 'Invalid Input. request.output: field required'],
    [
      'lacks the delivery type',
      { output: 'csv' },
      422,
      'Invalid Input. request.deliverytype: field required',
    ],
    ['has an empty output', { ...REQUEST, output: '' }, 400, 'invalid input. output type is not mentioned'],
    [
      'has false for the output',
      { ...REQUEST, output: false },
      400,
      'invalid input. output type is not mentioned',
    ],
    [
      'has null for the output',
      { ...REQUEST, output: null },
      400,
      'invalid input. output type is not mentioned',
    ],
    [
      'has null for the delivery type',
      { ...REQUEST, deliverytype: null },
      400,
      'invalid input. delivery type is not mentioned',
    ],
    [
      'wants another output',
      { ...REQUEST, output: 'xml' },
      400,
      'invalid input. output type is not supported',
    ],
    [
      'wants an inherited output',
      { ...REQUEST, output: 'toString' },
      400,
      'invalid input. output type is not supported',
    ],
    [
      'has a number for the output',
      { ...REQUEST, output: 1 },
      400,
      'invalid input. output type is not supported',
    ],
    [
      'wants another delivery',
      { ...REQUEST, deliverytype: 'sftp' },
      400,
      'invalid input. delivery type is not supported',
    ],
    [
      'wants a sync answer',
      { ...REQUEST, deliverytype: 'sync' },
      400,
      'invalid input. delivery type is not supported',
    ],
    [
      'has null for the mapping',
      { ...REQUEST, mapping: null },
      422,
      'Invalid Input. request.mapping: none is not an allowed value',
    ],
    [
      'has a text for the mapping',
      { ...REQUEST, mapping: 'vid' },
      422,
      'Invalid Input. request.mapping: value is not a valid dict',
    ],
    [
      'has a list for the mapping',
      { ...REQUEST, mapping: [{}] },
      422,
      'Invalid Input. request.mapping: value is not a valid dict',
    ],
    [
      'maps the name to a text',
      { ...REQUEST, mapping: { name: 'name' } },
      422,
      'Invalid Input. request.mapping.name: value is not a valid list',
    ],
    [
      'maps the name to a list of objects',
      { ...REQUEST, mapping: { name: [{}] } },
      422,
      'Invalid Input. request.mapping.name: str type expected',
    ],
    [
      'maps the vid to a list',
      { ...REQUEST, mapping: { vid: ['vid'] } },
      422,
      'Invalid Input. request.mapping.vid: str type expected',
    ],
    [
      'maps the name to thousands of paths',
      { ...REQUEST, mapping: { name: ['n', ...Array.from({ length: 3500 }, () => 'a[].b?')] } },
      400,
      'invalid input. request.mapping.name: at most 50 entries are expected',
    ],
    [
      'maps a part of the name to a path without end',
      { ...REQUEST, mapping: { name: ['n', `a${'[:]'.repeat(5000)}[]`] } },
      400,
      'invalid input. request.mapping.name[1]: at most 1000 characters are expected',
    ],
    [
      'maps the vid to a path of many steps',
      { ...REQUEST, mapping: { vid: `a${'[:]'.repeat(50)}` } },
      400,
      'invalid input. request.mapping.vid: a path of at most 50 steps is expected',
    ],
    [
      'has a language that IDA does not have',
      { ...REQUEST, lang: 'xxx' },
      400,
      'invalid input. request.lang: one of eng, ara is expected',
    ],
    [
      'has a list for the language',
      { ...REQUEST, lang: ['eng'] },
      422,
      'Invalid Input. request.lang: str type expected',
    ],
    [
      'has an object for the output format',
      { ...REQUEST, outputFormat: { vid: '.output.vid' } },
      422,
      'Invalid Input. request.outputFormat: str type expected',
    ],
  ])('that %s is refused', (_title, request, status, message) => {
    expect(refusal({ ...ENVELOPE, request })).toEqual([status, [message]]);
  });

  it('with several faults gets all that the schema refuses, and else the first that is wrong', () => {
    expect(
      refusal({ ...ENVELOPE, requesttime: '', request: { output: 'xml', mapping: { name: 1 } } }),
    ).toEqual([
      422,
      [
        'Invalid Input. request.deliverytype: field required',
        'Invalid Input. request.mapping.name: value is not a valid list',
      ],
    ]);
    expect(
      refusal({ ...ENVELOPE, requesttime: 'now', request: { output: 'xml', deliverytype: 'post' } }),
    ).toEqual([400, ['invalid input. requesttime is not in valid format']]);
  });

  it.each<[AuthdataShape, number, RegExp]>([
    ['absent', 400, /^invalid input\. authdata missing$/],
    ['empty list', 400, /^invalid input\. authdata missing$/],
    ['other', 422, /^Invalid Input\. request\.authdata: value is not a valid list$/],
    ['object', 422, /request\.authdata: value is not a valid list/],
  ])('with authdata that is %s is refused', (shape, status, message) => {
    const [refusedWith, messages] = refusal({ ...ENVELOPE, request: REQUEST }, shape);
    expect(refusedWith).toBe(status);
    expect(messages).toEqual([expect.stringMatching(message)]);
  });
});

describe('an option', () => {
  it.each<[JsonValue, string]>([
    [{ options: { validateOnly: true } }, 'request.options.validateOnly'],
    [{ options: { erase: true } }, 'request.options.erase'],
    [{ eraseAfterDownload: true }, 'request.eraseAfterDownload'],
    [{ otp: '111111', transactionID: 'A1b2C3d4E5' }, 'request.otp'],
  ])('that would be ignored is refused: %j', (wanted, field) => {
    const request = { ...REQUEST, ...(wanted as object) };
    const message = expect.stringContaining(`invalid input. ${field}: `) as string;
    expect(refusal({ ...ENVELOPE, request })).toEqual([400, [message]]);
    expect(() => readCsvListRequest({ ...ENVELOPE, request }, SETTINGS)).toThrow(field);
  });

  it.each([null, false, ''])('that is %j counts as absent', (nothing) => {
    const { records } = wish({ ...REQUEST, lang: nothing, outputFormat: nothing, mapping: { vid: nothing } });
    expect(records).toMatchObject({ language: 'eng', mapping: { vid: undefined } });
    expect(
      readCsvListRequest({ ...ENVELOPE, request: { ...REQUEST, csvDelimiter: nothing } }, SETTINGS),
    ).toMatchObject({ delimiter: undefined });
  });

  it('of a callback does not matter for a download', () => {
    expect(wish({ ...REQUEST, callbackProperties: 'x' })).toBeDefined();
  });

  it('is kept as it was given', () => {
    const mapping = { vid: 'uin', name: ['first', 2], photo: 'p', dob: 0 };
    expect(wish({ output: 'csv', deliverytype: 'download', lang: 'ara', mapping })).toMatchObject({
      output: 'csv',
      records: {
        language: 'ara',
        nameDelimiter: ' ',
        fullAddressDelimiter: ', ',
        mapping: { vid: 'uin', name: ['first', '2'], dob: '0', gender: undefined },
      },
    });
  });

  it('cannot bring a prototype along', () => {
    const request = JSON.parse(
      '{"output":"json","deliverytype":"download","mapping":{"__proto__":{"vid":"x"}}}',
    ) as JsonValue;
    expect(wish(request).records.mapping.vid).toBeUndefined();
  });

  it('of the language falls back to the first that there is where there is no English', () => {
    const settings = { ...SETTINGS, languages: ['fra', 'ara'] };
    const { records } = readJsonListRequest({ ...ENVELOPE, request: REQUEST }, 'list', settings);
    expect(records.language).toBe('fra');
  });
});
