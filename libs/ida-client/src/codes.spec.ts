import type { FaultClass } from '@mts/domain';
import { describe, expect, it } from 'vitest';
import { CODES, ruleOf } from './codes.js';

/** Classes by code, told apart from the table: `v` where IDA refuses before a VID can be used up. */
const EXPECTED = {
  'record v': 'MLC-002 MLC-004 MLC-008 MLC-013 MLC-017',
  record:
    'MLC-003 MLC-005 MLC-010 MLC-014 MLC-016 MLC-018 MLC-019 MLC-023 MLC-024 MLC-030 MLC-031 DEA-001 DEA-003 ' +
    'OTA-003 OTA-004 OTA-005 OTA-008 OTA-009 OTA-010 OTA-011 OTA-012 IDV-001 DPM-001 DPM-002 DPM-004 ' +
    'BIA-001 BIA-002 BIA-003 BIA-004 BIA-005 BIA-006 BIA-007 BIA-008 BIA-009 BIA-010 BIA-011 BIA-012 BIA-014 BIA-015',
  'configuration v':
    'MLC-015 DEA-002 MPA-001 MPA-002 MPA-003 MPA-004 MPA-005 MPA-006 MPA-007 MPA-008 MPA-009 MPA-010 MPA-012 ' +
    'MPA-013 MPA-014 MPA-015 MPA-017 MPA-018 MPA-019 MPA-020 MPA-021 MPA-022 MPA-023 MPA-024 MPA-025 MPA-026 ' +
    'MPA-027 MPA-028 MPA-029 MPA-030 MPA-031 MPA-032 MPA-033 MPA-034 MPA-035 MPA-036 MPA-037 MPA-039',
  configuration: 'MLC-025 EKA-001',
  'client v': 'MLC-001 MLC-012 MPA-016 MPA-038',
  transient:
    'MLC-020 MLC-021 OTA-001 OTA-002 OTA-006 OTA-007 OTA-013 BIA-016 BIA-017 BIA-018 RST-006 RST-007 RST-008',
};

/** Codes whose message decides. */
const BY_MESSAGE: readonly (readonly [code: string, message: string, expected: string])[] = [
  ['MLC-006', 'Missing Input Parameter - LanguageCode', 'record v'],
  ['MLC-006', 'Missing Input Parameter - individualId', 'record v'],
  ['MLC-006', 'Missing Input Parameter - residenceStatus: language', 'record v'],
  ['MLC-006', 'Missing Input Parameter - requestTime', 'client v'],
  ['MLC-006', 'Missing Input Parameter - signature header', 'client v'],
  ['MLC-006', 'Missing Input Parameter - individualIdType', 'client v'],
  ['MLC-007', 'Request could not be processed. Please try again', 'transient'],
  ['MLC-007', 'Request could not be processed. Unable to parse dateOfBirth from DB.', 'record'],
  ['MLC-009', 'Invalid Input Parameter - request/demographics/dob', 'record'],
  ['MLC-009', 'Invalid Input Parameter - age', 'record v'],
  ['MLC-009', 'Invalid Input Parameter - DOBType', 'record v'],
  ['MLC-009', 'Invalid Input Parameter - LanguageCode', 'record v'],
  ['MLC-009', 'Invalid Input Parameter - individualId', 'record v'],
  ['MLC-009', 'Invalid Input Parameter - request/env', 'configuration v'],
  ['MLC-009', 'Invalid Input Parameter - request/domainUri', 'configuration v'],
  ['MLC-009', 'Invalid Input Parameter - individualIdType', 'configuration v'],
  ['MLC-009', 'Invalid Input Parameter - version', 'client v'],
  ['MLC-009', 'Invalid Input Parameter - transactionID', 'client v'],
  ['MLC-011', 'Unsupported Authentication Type - demo', 'configuration v'],
  ['MLC-011', 'Unsupported Authentication Type for child - demo', 'record'],
  ['MLC-018', 'VID not available in database', 'record'],
  ['MLC-018', 'dateOfBirth not available in database', 'record'],
  ['MLC-022', 'UIN is deactivated/blocked', 'record'],
  ['MLC-022', 'individualId is blocked', 'record'],
  ['MLC-022', 'partnerId is blocked', 'configuration'],
];

function meaning(code: string, message = ''): string {
  const { faultClass, effect } = ruleOf(`IDA-${code}`, message);
  return effect === 'not-asked' ? `${faultClass} v` : faultClass;
}

describe('codes', () => {
  it.each(Object.entries(EXPECTED))('that mean "%s" do so', (expected, codes) => {
    const all = codes.split(' ');
    expect(all.map((code) => [code, meaning(code)])).toEqual(all.map((code) => [code, expected]));
  });

  it.each(BY_MESSAGE)('%s "%s" means "%s"', (code, message, expected) => {
    expect(meaning(code, message)).toBe(expected);
  });

  it('are all accounted for here', () => {
    const told = [...Object.values(EXPECTED).join(' ').split(' '), ...BY_MESSAGE.map(([code]) => code)];
    expect([...CODES.keys()].toSorted()).toEqual([...new Set(told)].map((code) => `IDA-${code}`).toSorted());
  });

  it('have an unconditional meaning, which stands last', () => {
    const misplaced = [...CODES].filter(
      ([, rules]) => rules.findIndex(({ when }) => when === undefined) !== rules.length - 1,
    );
    expect(misplaced).toEqual([]);
  });

  it('reach no further than the record where they are final, and further where the set-up or we are at fault', () => {
    const rules = [...CODES.values()].flat();
    const scopes = (...classes: FaultClass[]): Set<string> =>
      new Set(rules.filter(({ faultClass }) => classes.includes(faultClass)).map(({ scope }) => scope));
    expect(scopes('record')).toEqual(new Set(['record']));
    expect(scopes('configuration', 'client')).toEqual(new Set(['profile', 'request']));
  });

  it('that are unknown say nothing about the person', () => {
    expect(meaning('XYZ-999')).toBe('configuration');
    expect(ruleOf('constructor', '').faultClass).toBe('configuration');
  });
});
