import { describe, expect, it } from 'vitest';

import { call, codes, type CallChanges } from '../../test/caller.js';
import { startVectorIda, type Overrides } from '../../test/vector-ida.js';

const NOW = new Date('2026-11-22T01:00:00Z');

async function errorsOf(
  changes: Omit<CallChanges, 'now'>,
  overrides: Partial<Overrides> = {},
): Promise<readonly string[]> {
  const ida = await startVectorIda({ now: NOW, ...overrides });
  const { json } = await call(ida, { now: NOW, ...changes });
  return (json.errors ?? []).map(({ errorCode, errorMessage }) => `${errorCode} ${errorMessage}`);
}

function at(offsetSeconds: number): string {
  return new Date(NOW.getTime() + offsetSeconds * 1000).toISOString();
}

function eng(value: string | null): unknown {
  return [{ language: 'eng', value }];
}

describe('the time of a request', () => {
  it.each([-60, 0, 30])('may differ by %d s from the clock of IDA', async (offsetSeconds) => {
    const time = at(offsetSeconds);
    expect(await errorsOf({ message: { requestTime: time }, block: { timestamp: time } })).toEqual([]);
  });

  it.each<[string, Omit<CallChanges, 'now'>, readonly string[]]>([
    [
      'both too old: said once',
      { message: { requestTime: at(-61) }, block: { timestamp: at(-61) } },
      ['IDA-MLC-001 Request to be received at MOSIP within 30 seconds'],
    ],
    [
      'both ahead: said for each',
      { message: { requestTime: at(31) }, block: { timestamp: at(31) } },
      [
        'IDA-MLC-001 Request to be received at MOSIP within 30 seconds. Attribute: requestTime',
        'IDA-MLC-001 Request to be received at MOSIP within 30 seconds. Attribute: request/timestamp',
      ],
    ],
    [
      'the inner one too old',
      { block: { timestamp: at(-61) } },
      ['IDA-MLC-001 Request to be received at MOSIP within 30 seconds'],
    ],
    [
      'the outer one missing',
      { message: { requestTime: '' } },
      ['IDA-MLC-006 Missing Input Parameter - requestTime'],
    ],
    [
      'the inner one unreadable',
      { block: { timestamp: '2026-11-22T01:00:00Z' } },
      ['IDA-MLC-009 Invalid Input Parameter - request/timestamp'],
    ],
  ])('%s', async (_what, changes, errors) => {
    expect(await errorsOf(changes)).toEqual(errors);
  });
});

describe('the message', () => {
  it.each([
    [{ consentObtained: false }, "IDA-MLC-012 Individual's Consent is not available"],
    [{ consentObtained: undefined }, "IDA-MLC-012 Individual's Consent is not available"],
    [{ domainUri: 'https://other.invalid' }, 'IDA-MLC-009 Invalid Input Parameter - request/domainUri'],
    [{ env: '' }, 'IDA-MLC-009 Invalid Input Parameter - request/env'],
    [{ transactionID: '' }, 'IDA-MLC-006 Missing Input Parameter - transactionID'],
    [{ transactionID: '12345678901' }, 'IDA-MLC-009 Invalid Input Parameter - transactionID'],
  ])('with %j is refused with that error alone', async (message, error) => {
    expect(await errorsOf({ message })).toEqual([error]);
  });

  it.each([
    { consentObtained: 'TRUE' },
    { domainUri: undefined, env: undefined },
    { domainUri: 'HTTPS://ida.TEST.invalid', env: 'production' },
  ])('with %j is accepted', async (message) => {
    expect(await errorsOf({ message })).toEqual([]);
  });

  it('is judged step by step: the first objection ends it', async () => {
    expect(await errorsOf({ message: { consentObtained: false, env: 'x', transactionID: '' } })).toHaveLength(
      1,
    );
  });
});

describe('demographics', () => {
  it.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      'an unknown language',
      { name: [{ language: 'en', value: 'x' }] },
      ['IDA-DEA-002 Unsupported Language Code - request : en'],
    ],
    [
      'a language in capitals',
      { name: [{ language: 'ENG', value: 'x' }] },
      ['IDA-DEA-002 Unsupported Language Code - request : ENG'],
    ],
    ['no language', { name: [{ value: 'x' }] }, ['IDA-MLC-006 Missing Input Parameter - LanguageCode']],
    [
      'one language twice',
      {
        name: [
          { language: 'eng', value: 'x' },
          { language: 'eng', value: 'y' },
        ],
      },
      ['IDA-MLC-009 Invalid Input Parameter - LanguageCode'],
    ],
    [
      'no value, twice: said once',
      {
        name: [
          { language: 'eng', value: null },
          { language: 'ara', value: null },
        ],
      },
      ['IDA-MLC-013 Missing demo auth attribute'],
    ],
    ['no value', { name: eng(null) }, ['IDA-MLC-013 Missing demo auth attribute']],
    ['an age in words', { age: 'ten' }, ['IDA-MLC-009 Invalid Input Parameter - age']],
    [
      'two forms of address',
      { fullAddress: eng('x'), postalCode: '1' },
      ['IDA-MLC-013 Missing demo auth attribute'],
    ],
    [
      'unknown languages: only the first attribute is spoken of',
      { name: [{ language: 'en', value: 'x' }], gender: [{ language: 'fr', value: 'x' }] },
      ['IDA-DEA-002 Unsupported Language Code - request : en'],
    ],
  ])('with %s are refused', async (_what, demographics, errors) => {
    expect(await errorsOf({ demographics })).toEqual(errors);
  });

  it.each([{ demographics: {} }, { demographics: null }, { demographics: { name: [], dob: null } }])(
    'that give nothing leave no factor: %j',
    async (block) => {
      expect(await errorsOf({ block })).toEqual(['IDA-MLC-008 No authentication type selected']);
    },
  );

  it('may say any type of birth date, which no mapping names: it counts for nothing, and is not found', async () => {
    const dobType = [{ value: 'X' }];
    expect(await errorsOf({ demographics: { dobType } })).toEqual([
      'IDA-DEA-003 Demographic data dobType not available in database',
    ]);
    expect(await errorsOf({ block: { demographics: { dobType } } })).toEqual([
      'IDA-MLC-013 Missing demo auth attribute',
    ]);
  });

  it('are refused where the country does not use them', async () => {
    const settings = { settings: { allowedFactors: ['otp'] } };
    expect(await errorsOf({}, settings)).toEqual(['IDA-MLC-011 Unsupported Authentication Type - demo']);
  });
});

describe('the id', () => {
  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{ individualId: '' }, 'IDA-MLC-006 Missing Input Parameter - individualId'],
    [{ individualIdType: '' }, 'IDA-MLC-006 Missing Input Parameter - individualIdType'],
    [{ individualIdType: 'vid' }, 'IDA-MLC-009 Invalid Input Parameter - individualIdType'],
    [{ individualIdType: 'RID' }, 'IDA-MLC-009 Invalid Input Parameter - individualIdType'],
    [{ individualId: '7465075291703421' }, 'IDA-MLC-004 Invalid VID'],
    [{ individualId: '746507529170342' }, 'IDA-MLC-004 Invalid VID'],
    [{ individualId: '7405214301', individualIdType: 'UIN' }, 'IDA-MLC-002 Invalid UIN'],
    [{ individualId: '74652910AB203420' }, 'IDA-MLC-007 Request could not be processed. Please try again'],
    [
      { individualId: '7405214301', individualIdType: undefined },
      'IDA-MLC-009 Invalid Input Parameter - individualId',
    ],
    [
      { individualId: '+919876543210@phone', individualIdType: undefined },
      'IDA-MLC-018 HANDLE not available in database',
    ],
    [
      { individualId: '4218312615', individualIdType: undefined },
      'IDA-MLC-018 UIN not available in database',
    ],
  ])('%j is answered with that error alone', async (message, error) => {
    expect(await errorsOf({ message })).toEqual([error]);
  });

  it.each(['7405214302', '7465075291703420'])('%s needs no type', async (individualId) => {
    expect(await errorsOf({ message: { individualId, individualIdType: undefined } })).toEqual([]);
  });

  it('is looked at whatever the validator found', async () => {
    const ida = await startVectorIda({ now: NOW });
    const message = { transactionID: 'x', individualId: '7465075291703421' };
    expect(codes(await call(ida, { now: NOW, message }))).toEqual(['IDA-MLC-009', 'IDA-MLC-004']);
  });

  it('is refused for a type that the country does not use', async () => {
    const settings = { settings: { allowedIdTypes: ['UIN'] } };
    expect(await errorsOf({}, settings)).toEqual([
      'IDA-MLC-015 Identity Type - VID not configured for the country',
    ]);
  });
});
