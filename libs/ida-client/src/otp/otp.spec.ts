import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdaClient } from '../client.js';
import {
  answering,
  failing,
  matched,
  signatureOf,
  answerTo,
  StubIda,
  TOKEN,
} from '../spec-support/stub-ida.js';
import { faultOf, PERSON, summary, testClient } from '../spec-support/test-client.js';
import { certificate } from '../spec-support/test-keys.js';
import type { OtpRequest } from './otp.js';

const { individualId } = PERSON;
const REQUEST: OtpRequest = { individualId, channels: ['email', 'phone'] };
const MASKED = { maskedMobile: 'XXXXXXX210', maskedEmail: 'eXaXXX@XXple.org' };

let ida: StubIda;
let client: IdaClient;

beforeEach(async () => {
  ida = await StubIda.start(answering({ response: MASKED }));
  client = testClient(ida.authUrl, { clock: () => Date.UTC(2026, 0, 31, 10, 20, 30, 120) });
});

afterEach(async () => {
  await client.close();
  await ida.stop();
});

describe('a request for an OTP', () => {
  it('is signed, not sealed, and goes beside those of authentication', async () => {
    await client.requestOtp(REQUEST);
    const { kind, path, outer, signed } = ida.lastCall;
    expect({ kind, signed }).toEqual({ kind: 'otp', signed: true });
    expect(path).toMatch(/^\/idauthentication\/v1\/otp\/LICENCE%2Bsecret%2F0001\/test-partner-01\//);
    expect(outer).toEqual({
      id: 'mosip.identity.otp',
      version: '1.0',
      individualId,
      transactionID: expect.stringMatching(/^[A-Za-z0-9]{10}$/) as string,
      requestTime: '2026-01-31T10:20:30.120Z',
      otpChannel: ['email', 'phone'],
      metadata: {},
    });
  });

  it('may go elsewhere, and may name the kind of number and the transaction', async () => {
    await client.close();
    const otpUrl = `${ida.authUrl.replace(/auth$/, 'otp')}/v7`;
    client = testClient('https://elsewhere.test/auth', { otpUrl, individualIdType: 'UIN' });
    await client.requestOtp({ ...REQUEST, channels: ['phone'], transactionId: 'A1b2C3d4E5' });
    expect(ida.lastCall.path).toMatch(/^\/idauthentication\/v1\/otp\/v7\/LICENCE/);
    expect(ida.lastCall.outer).toMatchObject({
      individualIdType: 'UIN',
      otpChannel: ['phone'],
      transactionID: 'A1b2C3d4E5',
    });
    await client.requestOtp({ ...REQUEST, individualIdType: 'VID' });
    expect(ida.lastCall.outer['individualIdType']).toBe('VID');
  });

  it.each<[string, Partial<OtpRequest>, RegExp]>([
    ['no channel', { channels: [] }, /^channels must name/],
    ['a transaction that IDA refuses', { transactionId: 'short' }, /^transactionId must be 10/],
  ])('with %s is not sent', async (_case, wrong, text) => {
    await expect(client.requestOtp({ ...REQUEST, ...wrong })).rejects.toThrow(text);
    expect(ida.calls).toHaveLength(0);
  });

  it('tells its transaction before it leaves, and keeps it when IDA wants a fresher time', async () => {
    const { reply } = ida;
    ida.reply = (call, response) => {
      ida.reply = reply;
      failing('IDA-MLC-001')(call, response);
    };
    const told: string[] = [];
    const outcome = await client.requestOtp(REQUEST, {
      onSend: ({ transactionId }) => told.push(transactionId),
    });
    expect(ida.calls.map(({ outer }) => outer['transactionID'])).toEqual(told);
    expect(new Set(told).size).toBe(1);
    expect(outcome).toMatchObject({ kind: 'sent', transactionId: told[0] });
    expect(ida.calls).toHaveLength(2);
  });
});

describe('the answer to a request for an OTP', () => {
  it('gives the transaction for the call that brings the password', async () => {
    const sent = await client.requestOtp(REQUEST);
    expect(sent).toEqual({ kind: 'sent', transactionId: ida.lastCall.outer['transactionID'], ...MASKED });
    if (sent.kind !== 'sent') return;
    ida.reply = matched();
    const { transactionId } = sent;
    await expect(client.authenticate({ individualId, otp: '111111' }, { transactionId })).resolves.toEqual({
      kind: 'matched',
      token: TOKEN,
    });
    expect(ida.lastCall.outer['transactionID']).toBe(transactionId);
    expect(ida.lastCall.inner['otp']).toBe('111111');
  });

  it('tells where it went, as far as it went', async () => {
    ida.reply = answering({ response: { maskedEmail: MASKED.maskedEmail, maskedMobile: null } });
    await expect(client.requestOtp(REQUEST)).resolves.toMatchObject({
      maskedEmail: MASKED.maskedEmail,
      maskedMobile: undefined,
    });
  });

  it('refuses with its errors', async () => {
    ida.reply = failing(['IDA-MLC-018', 'VID not available in database']);
    await expect(client.requestOtp(REQUEST)).resolves.toEqual({
      kind: 'refused',
      errors: [{ code: 'IDA-MLC-018', message: 'VID not available in database' }],
    });
  });

  it('is a fault when it says nothing of the person', async () => {
    ida.reply = failing('IDA-MLC-007', 'IDA-MPA-005');
    expect(summary(await faultOf(client.requestOtp(REQUEST)))).toBe(
      'IDA-MPA-005 configuration profile not-asked',
    );
  });

  it.each([null, {}, { authStatus: true }])('with the response %j alone is not IDA', async (response) => {
    ida.reply = answering({ response });
    expect(summary(await faultOf(client.requestOtp(REQUEST)))).toBe(
      'MTS-IDA-104 configuration profile unknown',
    );
  });

  it('is believed by its signature alone where one is pinned', async () => {
    await client.close();
    client = testClient(ida.authUrl, { answerPins: [certificate('ida-sign')] });
    expect((await faultOf(client.requestOtp(REQUEST))).code).toBe('MTS-IDA-106');
    ida.reply = (call, response) => {
      const body = answerTo(call, { response: MASKED });
      response.writeHead(200, { 'response-signature': signatureOf(body) }).end(body);
    };
    await expect(client.requestOtp(REQUEST)).resolves.toMatchObject(MASKED);
  });
});
