import { describe, expect, it } from 'vitest';

import { call, codes, type CallChanges } from '../../test/caller.js';
import { EMANA, startVectorIda } from '../../test/vector-ida.js';

const NOW = new Date('2026-11-22T01:00:00Z');
const PERPETUAL = '7465075291703420';
const ONE_TIME = '9830872690593682';
const TOKEN = '252812385496209194960425354049573455';

function by(individualId: string, name = 'Emana Sar Test'): CallChanges {
  const demographics = { name: [{ language: 'eng', value: name }] };
  return { now: NOW, message: { individualId, individualIdType: undefined }, demographics };
}

describe('a person', () => {
  it('has one token, whether asked for by the UIN or by any VID', async () => {
    const ida = await startVectorIda({ now: NOW });
    for (const id of [EMANA.uin, PERPETUAL, ONE_TIME]) {
      const { json } = await call(ida, by(id));
      expect(json).toMatchObject({ errors: null, response: { authStatus: true, authToken: TOKEN } });
    }
  });

  it('whose data do not match is answered with the token all the same, up to IDA 1.2.0.1', async () => {
    const ida = await startVectorIda({ now: NOW });
    const { json } = await call(ida, by(PERPETUAL, 'Somebody Else'));
    expect(json.response).toEqual({ authStatus: false, authToken: TOKEN });
    expect(json.errors).toEqual([
      {
        errorCode: 'IDA-DEA-001',
        errorMessage: 'Demographic data name in eng did not match',
        actionMessage: 'Please re-enter your name in eng',
      },
    ]);
  });

  it('whose data do not match is answered without a token if the profile says so', async () => {
    const ida = await startVectorIda({ now: NOW, profile: { tokenOnMismatch: 'withheld' } });
    const { json } = await call(ida, by(PERPETUAL, 'Somebody Else'));
    expect(json.response).toEqual({ authStatus: false, authToken: null });
  });

  it('of whom nothing but blanks was given does not match, and no error says why', async () => {
    const ida = await startVectorIda({ now: NOW });
    const { json } = await call(ida, by(PERPETUAL, ''));
    expect(json).toMatchObject({ errors: null, response: { authStatus: false } });
  });

  it('gets no token with an error that ended the comparison', async () => {
    const ida = await startVectorIda({ now: NOW });
    const { json } = await call(ida, { now: NOW, demographics: { dob: '1976-01-01' } });
    expect(json).toMatchObject({
      errors: [{ errorCode: 'IDA-MLC-009' }],
      response: { authStatus: false, authToken: null },
    });
  });

  it.each([
    [{ deactivated: true }, EMANA.uin, 'IDA-MLC-022', 'UIN is deactivated/blocked'],
    [{ deactivated: true }, PERPETUAL, 'IDA-MLC-023', 'VID is expired/deactivated'],
    [{ blocked: true }, PERPETUAL, 'IDA-MLC-022', 'individualId is blocked'],
    [{ locked: true }, PERPETUAL, 'IDA-MLC-019', 'demo Auth Type is Locked for the UIN'],
  ])('with %j, asked for by %s, is answered with %s', async (flags, id, errorCode, errorMessage) => {
    const ida = await startVectorIda({ now: NOW, people: [{ ...EMANA, ...flags }] });
    const { json } = await call(ida, by(id));
    expect(json.errors).toEqual([{ errorCode, errorMessage }]);
    expect(json.response.authToken).toBeNull();
  });
});

describe('a VID', () => {
  it('that has expired is not taken any more', async () => {
    const vids = [{ vid: PERPETUAL, type: 'temporary' as const, expiresAt: '2026-11-22T00:59:59Z' }];
    const ida = await startVectorIda({ now: NOW, people: [{ ...EMANA, vids }] });
    expect(codes(await call(ida, by(PERPETUAL)))).toEqual(['IDA-MLC-023']);
  });

  it('for one use is gone after a mismatch', async () => {
    const ida = await startVectorIda({ now: NOW });
    expect(codes(await call(ida, by(ONE_TIME, 'Somebody Else')))).toEqual(['IDA-DEA-001']);
    const { json } = await call(ida, by(ONE_TIME));
    expect(json.errors).toEqual([
      { errorCode: 'IDA-MLC-018', errorMessage: 'VID not available in database' },
    ]);
    expect(codes(await call(ida, by(EMANA.uin)))).toEqual([]);
  });

  it('for one use is gone after the holder had locked demographic authentication', async () => {
    const ida = await startVectorIda({ now: NOW, people: [{ ...EMANA, locked: true }] });
    expect(codes(await call(ida, by(ONE_TIME)))).toEqual(['IDA-MLC-019']);
    expect(codes(await call(ida, by(ONE_TIME)))).toEqual(['IDA-MLC-018']);
  });

  it('for one use survives what the validator refuses', async () => {
    const ida = await startVectorIda({ now: NOW });
    const withoutConsent = { ...by(ONE_TIME), message: { individualId: ONE_TIME, consentObtained: false } };
    expect(codes(await call(ida, withoutConsent))).toEqual(['IDA-MLC-012']);
    expect(codes(await call(ida, by(ONE_TIME)))).toEqual([]);
  });

  it('for one use serves one of two calls at the same moment', async () => {
    const ida = await startVectorIda({ now: NOW });
    const answers = await Promise.all([call(ida, by(ONE_TIME)), call(ida, by(ONE_TIME))]);
    expect(answers.filter(({ json }) => json.response.authStatus)).toHaveLength(1);
  });

  it('for any number of uses stays', async () => {
    const ida = await startVectorIda({ now: NOW });
    for (const answer of [await call(ida, by(PERPETUAL)), await call(ida, by(PERPETUAL))]) {
      expect(codes(answer)).toEqual([]);
    }
  });
});
