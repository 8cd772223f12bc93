import { describe, expect, it } from 'vitest';

import { call, codes, type CallChanges } from '../../test/caller.js';
import { VERSIONS } from '../../test/check-cases.js';
import { EMANA, startVectorIda, type Overrides } from '../../test/vector-ida.js';
import type { ProfileName } from './profiles.js';

const NOW = new Date('2026-11-22T01:00:00Z');
const HANDLE = '+919876543210@phone';

async function textsOf(
  version: ProfileName,
  changes: Omit<CallChanges, 'now'>,
  overrides: Partial<Overrides> = {},
): Promise<readonly string[]> {
  const ida = await startVectorIda({ now: NOW, version, ...overrides });
  const { json } = await call(ida, { now: NOW, ...changes });
  return (json.errors ?? []).map(({ errorMessage }) => errorMessage);
}

function at(offsetMinutes: number): Omit<CallChanges, 'now'> {
  const time = new Date(NOW.getTime() + offsetMinutes * 60_000).toISOString();
  return { message: { requestTime: time }, block: { timestamp: time } };
}

function tampered(signature: string): string {
  return `${signature.slice(0, -4)}AAAA`;
}

function by(individualId: string, individualIdType?: string): Omit<CallChanges, 'now'> {
  return { message: { individualId, individualIdType } };
}

function born(dateOfBirth: string): Partial<Overrides> {
  return { people: [{ ...EMANA, identity: { ...EMANA.identity, dateOfBirth } }] };
}

const GENERAL = 'Request could not be processed. Please try again';

describe('a version has its own texts:', () => {
  it.each<[ProfileName, Omit<CallChanges, 'now'>, readonly string[]]>([
    ['1.1.5', { headers: { signature: '' } }, ['Missing Input Parameter - signature - header']],
    ['1.2.0', { headers: { signature: '' } }, [GENERAL, 'Missing Input Parameter - signature header']],
    ['1.1.5', { tamper: tampered }, ['Digital signature verification failed']],
    ['1.2.0', { tamper: tampered }, [GENERAL, 'Digital signature verification failed for signature header']],
    ['1.1.5', { message: { request: '+' } }, ['Digital signature verification failed']],
    ['1.1.5', { message: { request: 1 } }, [GENERAL]],
    ['1.1.5', at(-36), ['Request to be received at MOSIP within 30 minutes']],
    [
      '1.1.5',
      at(6),
      [
        'Request to be received at MOSIP within 30 minutes. Attribute: requestTime',
        'Request to be received at MOSIP within 30 minutes. Attribute: request/timestamp',
      ],
    ],
    ['1.1.5', by('9872354610983510', 'VID'), ['Invalid VID']],
    ['1.1.5', by('nobody'), ['Identity Type - USERID not configured for the country']],
    ['1.2.0', by(HANDLE), ['Invalid Input Parameter - individualId']],
    ['1.2.0.1', by(HANDLE), ['HANDLE not available in database']],
    ['1.2.0.1', by('nobody', 'HANDLE'), ['Invalid Input Parameter - individualId']],
    ['1.2.0.1', by('4218312615', 'HANDLE'), ['UIN not available in database']],
    ['1.2.0', by('74652910AB203420'), [GENERAL]],
    ['1.2.0.1', by('74652910AB203420'), [GENERAL]],
    ['1.2.1', by('74652910AB203420'), [GENERAL]],
    ['1.3.0', by('74652910AB203420'), ['Invalid Input Parameter - individualId']],
    ['1.3.0', by('74652910AB203420', 'VID'), [GENERAL]],
  ])('%s, %j', async (version, changes, texts) => {
    expect(await textsOf(version, changes)).toEqual(texts);
  });

  it('of a child, or of somebody of whom that is not known', async () => {
    const deniedToChildren = { settings: { child: { maxAgeYears: 5, deniedFactors: ['demo' as const] } } };
    expect(await textsOf('1.3.0', {}, { ...born('2021/11/23'), ...deniedToChildren })).toEqual([
      'Unsupported Authentication Type for child - demo',
    ]);
    expect(await textsOf('1.3.0', {}, { ...born('2021/11/22'), ...deniedToChildren })).toEqual([]);
    expect(await textsOf('1.3.0', {}, born('1976-01-01'))).toEqual([
      'Request could not be processed. Unable to parse dateOfBirth from DB.',
    ]);
    expect(await textsOf('1.3.0', {}, { people: [{ ...EMANA, identity: {} }] })).toEqual([
      'dateOfBirth not available in database',
    ]);
  });

  it('children may be asked about by their demographics, as MOSIP is configured', async () => {
    expect(await textsOf('1.2.0.1', {}, born('2026/01/01'))).toEqual([]);
  });
});

describe('a person', () => {
  it.each(VERSIONS)('whose data do not match gets a token from %s only up to 1.2.0.1', async (version) => {
    const ida = await startVectorIda({ now: NOW, version });
    const demographics = { name: [{ language: 'eng', value: 'Somebody Else' }] };
    const { json } = await call(ida, { now: NOW, demographics });
    const isGiven = ['1.1.5', '1.2.0', '1.2.0.1'].includes(version);
    expect(json.response.authToken === null).toBe(!isGiven);
    expect(codes(await call(ida, { now: NOW }))).toEqual([]);
  });

  it('has the same token by a handle, and is spoken of as a UIN if that was deactivated', async () => {
    const people = [{ ...EMANA, handles: [HANDLE] }];
    const ida = await startVectorIda({ now: NOW, people });
    const byHandle = await call(ida, { now: NOW, ...by(HANDLE) });
    expect(byHandle.json.response).toEqual((await call(ida, { now: NOW })).json.response);
    const deactivated = people.map((person) => ({ ...person, deactivated: true }));
    expect(await textsOf('1.2.0.1', by(HANDLE), { people: deactivated })).toEqual([
      'UIN is deactivated/blocked',
    ]);
  });

  it('is asked about in 1.1.5 by what requestedAuth says, not by what is filled in', async () => {
    const ida = await startVectorIda({ now: NOW, version: '1.1.5' });
    const requestedAuth = { demo: 'true', otp: null };
    expect(codes(await call(ida, { now: NOW, message: { requestedAuth }, block: { otp: '1' } }))).toEqual([]);
    expect(codes(await call(ida, { now: NOW, message: { requestedAuth: [] } }))).toEqual(['IDA-MLC-007']);
    expect(codes(await call(ida, { now: NOW, message: { requestedAuth: {} } }))).toEqual(['IDA-MLC-008']);
  });
});

describe('1.1.5 takes a text without language for one of the primary language', () => {
  it.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['that is', { gender: [{ value: 'Male' }] }, []],
    ['that is not', { gender: [{ value: 'Female' }] }, ['IDA-DEA-001']],
    ['given twice so', { gender: [{ value: 'Male' }, { language: 'eng', value: 'Male' }] }, ['IDA-MLC-009']],
    ['stored without language', { phoneNumber: '8360334018' }, []],
    ['of an attribute that is in its mapping', { bloodGroup: 'A' }, ['IDA-DEA-003']],
  ])('%s', async (_what, demographics, expected) => {
    const ida = await startVectorIda({ now: NOW, version: '1.1.5' });
    expect(codes(await call(ida, { now: NOW, demographics }))).toEqual(expected);
  });

  it('also what is stored so', async () => {
    const people = [{ ...EMANA, identity: { ...EMANA.identity, gender: 'Male' } }];
    const asked = async (version: ProfileName, language: string) => {
      const ida = await startVectorIda({ now: NOW, version, people });
      return codes(await call(ida, { now: NOW, demographics: { gender: [{ language, value: 'Male' }] } }));
    };
    expect(await asked('1.1.5', 'eng')).toEqual([]);
    expect(await asked('1.1.5', 'ara')).toEqual(['IDA-DEA-003']);
    expect(await asked('1.2.0', 'ara')).toEqual([]);
  });
});
