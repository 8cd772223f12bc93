import { describe, expect, it } from 'vitest';

import { call, codes, type CallChanges } from '../../test/caller.js';
import { allowAll, askForOtp, sentOtp, servicesOf } from '../../test/services.js';
import { EMANA, startVectorIda, type Overrides, type Posted, type VectorIda } from '../../test/vector-ida.js';
import { OtpDesk } from '../otp/otp-desk.js';
import { otp } from './checks/otp.js';
import type { Call, Ida } from './call.js';
import type { ProfileName } from './profiles.js';

const START = Date.parse('2026-11-22T01:00:00Z');
const VERSIONS: readonly ProfileName[] = ['1.1.5', '1.2.0', '1.2.0.1', '1.2.1', '1.3.0'];
const FREEZING: readonly ProfileName[] = ['1.2.0.1', '1.2.1', '1.3.0'];

/** An IDA whose clock the test sets, and that allows everything. */
async function start(
  version: ProfileName = '1.2.0.1',
  overrides: Partial<Overrides> = {},
): Promise<{ readonly ida: VectorIda; readonly clock: Clock }> {
  const clock = new Clock();
  const ida = await startVectorIda({
    registration: await allowAll(),
    profile: servicesOf(version),
    ...overrides,
    get now() {
      return clock.now;
    },
  });
  return { ida, clock };
}

class Clock {
  now = new Date(START);

  pass(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }
}

/** Authenticates Emana's UIN with an OTP alone. */
async function authenticate(
  ida: VectorIda,
  now: Date,
  given: string | null,
  changes: Omit<CallChanges, 'now'> = {},
): Promise<Posted> {
  const message = { individualId: EMANA.uin, individualIdType: 'UIN', ...changes.message };
  return call(ida, { now, message, block: { demographics: {}, otp: given, ...changes.block } });
}

/** A wrong one, whichever was sent. */
async function wrongOtp(ida: VectorIda): Promise<string> {
  return (await sentOtp(ida)) === '000000' ? '000001' : '000000';
}

describe('an OTP request', () => {
  it('is answered with the masked addresses it went to, of the channels asked for', async () => {
    const { ida, clock } = await start();
    const message = { otpChannel: ['EMAIL', 'phone'] };
    const { json, text } = await askForOtp(ida, { now: clock.now, message });
    const fields = ['id', 'version', 'transactionID', 'responseTime', 'errors', 'response'];
    expect(Object.keys(JSON.parse(text) as object)).toEqual(fields);
    expect(json).toMatchObject({ id: 'mosip.identity.otp', transactionID: '1234567890', errors: null });
    expect(json.response).toEqual({ maskedMobile: 'XXXXXX4018', maskedEmail: 'XXaXX@example.test' });
    const byMail = await askForOtp(ida, { now: clock.now });
    expect(byMail.json.response).toEqual({ maskedMobile: null, maskedEmail: 'XXaXX@example.test' });
  });

  it('needs the leave of the policy', async () => {
    const { ida, clock } = await start('1.2.0.1', { registration: (registration) => registration });
    const { json } = await askForOtp(ida, { now: clock.now });
    expect(codes({ json } as Posted)).toEqual(['IDA-MLC-007', 'IDA-MPA-005']);
    expect(json.response).toBeNull();
  });

  it.each<[Readonly<Record<string, unknown>>, readonly string[]]>([
    [{ otpChannel: undefined }, ['IDA-OTA-008 OTP Notification Channel not provided']],
    [{ otpChannel: [] }, ['IDA-OTA-008 OTP Notification Channel not provided']],
    [{ otpChannel: ['', 'email'] }, ['IDA-OTA-008 OTP Notification Channel not provided']],
    [{ otpChannel: ['sms', 'email', 'fax'] }, ['IDA-MLC-009 Invalid Input Parameter - otpChannel - sms,fax']],
    [{ otpChannel: 'email' }, ['IDA-MLC-007 Request could not be processed. Please try again']],
    [{ transactionID: 'x' }, ['IDA-MLC-009 Invalid Input Parameter - transactionID']],
    [
      { requestTime: '', transactionID: '' },
      [
        'IDA-MLC-006 Missing Input Parameter - requestTime',
        'IDA-MLC-006 Missing Input Parameter - transactionID',
      ],
    ],
    [
      { requestTime: '2026-11-22T00:50:00.000Z', transactionID: 'x' },
      ['IDA-MLC-009 Invalid Input Parameter - transactionID'],
    ],
    [{ individualIdType: 'uin' }, ['IDA-MLC-009 Invalid Input Parameter - individualIdType']],
  ])('with %j is refused', async (message, errors) => {
    const { ida, clock } = await start();
    const { json } = await askForOtp(ida, { now: clock.now, message });
    expect(json.errors?.map(({ errorCode, errorMessage }) => `${errorCode} ${errorMessage}`)).toEqual(errors);
    expect(json.response).toBeNull();
  });

  it.each<[ProfileName, string, readonly string[]]>([
    ['1.2.0', '4218312615', ['IDA-OTA-008']],
    ['1.2.0.1', '4218312615', ['IDA-MLC-018']],
    ['1.2.0.1', '7405214301', ['IDA-MLC-009']],
    ['1.2.0', '7405214301', ['IDA-OTA-008', 'IDA-MLC-002']],
  ])('of %s looks an id up (%s) before the rest, or after it', async (version, individualId, errors) => {
    const { ida, clock } = await start(version);
    const message = { individualId, otpChannel: [] };
    expect(codes(await askForOtp(ida, { now: clock.now, message }))).toEqual(errors);
  });

  it('does not use up a VID', async () => {
    const { ida, clock } = await start();
    const message = { individualId: '9830872690593682', individualIdType: 'VID' };
    for (const transactionID of ['1111111111', '2222222222']) {
      expect(codes(await askForOtp(ida, { now: clock.now, message: { ...message, transactionID } }))).toEqual(
        [],
      );
    }
  });

  it.each<[ProfileName, string, string]>([
    ['1.1.5', 'phone', 'IDA-MLC-009 Invalid Input Parameter - mobileNumber'],
    ['1.2.0', 'email', 'IDA-MLC-009 Invalid Input Parameter - email'],
    [
      '1.2.0.1',
      'phone',
      'IDA-OTA-002 Could not generate/send OTP. Phone Number is not found in identity data.',
    ],
    ['1.3.0', 'email', 'IDA-OTA-002 Could not generate/send OTP. Email ID is not found in identity data.'],
  ])('of %s about somebody without %s is refused', async (version, channel, error) => {
    const { phone: _phone, email: _email, ...identity } = EMANA.identity;
    const { ida, clock } = await start(version, { people: [{ ...EMANA, identity }] });
    const { json } = await askForOtp(ida, { now: clock.now, message: { otpChannel: [channel] } });
    expect(json.errors?.map(({ errorCode, errorMessage }) => `${errorCode} ${errorMessage}`)).toEqual([
      error,
    ]);
    expect((await sentOtp(ida)) === null).toBe(version.startsWith('1.2.0.') || version === '1.3.0');
  });

  it('goes to the other address if one of two is missing, and nowhere if both are', async () => {
    const { email: _email, ...identity } = EMANA.identity;
    const { phone: _phone, ...nothing } = identity;
    const message = { otpChannel: ['email', 'phone'] };
    const { ida, clock } = await start('1.2.0.1', { people: [{ ...EMANA, identity }] });
    const { json } = await askForOtp(ida, { now: clock.now, message });
    expect(json.response).toEqual({ maskedMobile: 'XXXXXX4018', maskedEmail: null });
    const nowhere = await start('1.2.0.1', { people: [{ ...EMANA, identity: nothing }] });
    expect(codes(await askForOtp(nowhere.ida, { now: clock.now, message }))).toEqual(['IDA-OTA-002']);
  });

  it('is answered with an OTP that the test has set', async () => {
    const { ida, clock } = await start();
    const faults = { method: 'PUT', body: JSON.stringify({ fixedOtp: '111111' }) };
    expect((await fetch(`${ida.url}/admin/faults`, faults)).status).toBe(200);
    await askForOtp(ida, { now: clock.now });
    expect(await sentOtp(ida)).toBe('111111');
  });
});

describe('the messages that an OTP would be sent with', () => {
  it('can be read for an id and a transaction, and are none before', async () => {
    const { ida, clock } = await start();
    expect(await sentOtp(ida)).toBeNull();
    await askForOtp(ida, { now: clock.now });
    expect(await sentOtp(ida)).toMatch(/^\d{6}$/);
    expect(await sentOtp(ida, EMANA.uin, '2222222222')).toBeNull();
  });

  it.each<[string, string, object]>([
    ['POST', '/admin/otp/query', { individualId: EMANA.uin }],
    ['POST', '/admin/otp/query', { individualId: 1, transactionID: '1234567890' }],
    ['PUT', '/admin/faults', { fixedOtp: '12345' }],
    ['PUT', '/admin/faults', { fixedOtp: 111_111 }],
  ])('are not changed or told by %s %s %j', async (method, path, body) => {
    const { ida } = await start();
    expect((await fetch(ida.url + path, { method, body: JSON.stringify(body) })).status).toBe(400);
  });
});

describe('too many calls about a person', () => {
  it('count whatever they were, and keep OTPs from being sent for three minutes in 1.1.5', async () => {
    const { ida, clock } = await start('1.1.5');
    await authenticate(ida, clock.now, '123456');
    for (const errors of [[], [], [], ['IDA-OTA-001'], ['IDA-OTA-001']]) {
      expect(codes(await askForOtp(ida, { now: clock.now }))).toEqual(errors);
    }
    clock.pass(181);
    expect(codes(await askForOtp(ida, { now: clock.now }))).toEqual([]);
  });

  it('count although they were refused, in 1.1.5', async () => {
    const { ida, clock } = await start('1.1.5');
    const askFourTimes = async (): Promise<readonly string[]> => {
      const answers: Posted[] = [];
      for (let count = 0; count < 4; count += 1) answers.push(await askForOtp(ida, { now: clock.now }));
      return answers.flatMap(codes);
    };
    expect(await askFourTimes()).toEqual([]);
    clock.pass(100);
    expect(await askFourTimes()).toEqual(Array.from({ length: 4 }, () => 'IDA-OTA-001'));
    clock.pass(90);
    expect(codes(await askForOtp(ida, { now: clock.now }))).toEqual(['IDA-OTA-001']);
  });

  it.each<[ProfileName, number]>([
    ['1.2.0', 101],
    ['1.2.0.1', 100],
  ])('are more than %s allows after %d in a minute', async (version, most) => {
    const { ida, clock } = await start(version);
    const answers: Posted[] = [];
    for (let count = 0; count < most; count += 1) answers.push(await askForOtp(ida, { now: clock.now }));
    expect(answers.flatMap(codes)).toEqual([]);
    expect(codes(await askForOtp(ida, { now: clock.now }))).toEqual(['IDA-OTA-001']);
    clock.pass(61);
    expect(codes(await askForOtp(ida, { now: clock.now }))).toEqual([]);
  });
});

describe('an OTP', () => {
  it.each(VERSIONS)('proves who somebody is, once, in %s', async (version) => {
    const { ida, clock } = await start(version);
    await askForOtp(ida, { now: clock.now });
    const right = await sentOtp(ida);
    expect((await authenticate(ida, clock.now, right)).json.response.authStatus).toBe(true);
    const again = await authenticate(ida, clock.now, right);
    expect(codes(again)).toEqual([FREEZING.includes(version) ? 'IDA-OTA-012' : 'IDA-OTA-004']);
  });

  it('is wanted in six digits', async () => {
    const { ida, clock } = await start();
    const { json } = await authenticate(ida, clock.now, '12345');
    expect(json.errors).toEqual([
      { errorCode: 'IDA-MLC-009', errorMessage: 'Invalid Input Parameter - OTP' },
    ]);
  });

  it.each(VERSIONS)('is of no use after three minutes, in %s', async (version) => {
    const { ida, clock } = await start(version);
    await askForOtp(ida, { now: clock.now });
    clock.pass(180);
    const { json } = await authenticate(ida, clock.now, await sentOtp(ida));
    expect(json.errors).toEqual([
      {
        errorCode: 'IDA-OTA-003',
        errorMessage: 'OTP has expired',
        actionMessage: 'Please regenerate OTP and try again after sometime',
      },
    ]);
  });

  it('that is wrong does not match, and no demographics are looked at', async () => {
    const { ida, clock } = await start();
    await askForOtp(ida, { now: clock.now });
    const wrong = await wrongOtp(ida);
    const name = [{ language: 'eng', value: 'Somebody Else' }];
    const { json } = await authenticate(ida, clock.now, wrong, { block: { demographics: { name } } });
    expect(json.response.authStatus).toBe(false);
    expect(json.errors).toEqual([
      {
        errorCode: 'IDA-OTA-004',
        errorMessage: 'OTP is invalid',
        actionMessage: 'Please provide correct OTP value',
      },
    ]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['another transaction', { transactionID: '0987654321' }, 'IDA-OTA-005'],
    ['another type of id', { individualId: '7465075291703420', individualIdType: 'VID' }, 'IDA-OTA-010'],
    ['another person', { individualId: '4218312615' }, 'IDA-OTA-005'],
  ])('is not good for %s', async (_what, message, code) => {
    const people = [EMANA, { ...EMANA, uin: '4218312615', vids: [] }];
    const { ida, clock } = await start('1.2.0.1', { people });
    await askForOtp(ida, { now: clock.now });
    expect(codes(await authenticate(ida, clock.now, await sentOtp(ida), { message }))).toEqual([code]);
  });

  it('for a VID is not good for another VID of the same person', async () => {
    const { ida, clock } = await start();
    const [perpetual, oneTime] = ['7465075291703420', '9830872690593682'];
    await askForOtp(ida, { now: clock.now, message: { individualId: perpetual, individualIdType: 'VID' } });
    const message = { individualId: oneTime, individualIdType: 'VID' };
    const given = await sentOtp(ida, perpetual);
    expect(codes(await authenticate(ida, clock.now, given, { message }))).toEqual(['IDA-OTA-012']);
  });

  it('of another partner is not good', () => {
    const otps = new OtpDesk();
    otps.remember({
      individualId: EMANA.uin,
      transactionId: '1234567890',
      idType: 'UIN',
      uin: EMANA.uin,
      partnerId: 'another',
    });
    const asked = {
      idType: 'UIN',
      individual: { person: EMANA, vid: undefined },
      request: { transactionID: '1234567890', block: { factors: ['otp'], otp: '111111' } },
    } as unknown as Call;
    const ida = { otps, registration: { partner: { id: 'test-partner-01' } } } as unknown as Ida;
    expect(otp.run(asked, ida)).toMatchObject({ kind: 'stopped', error: { errorCode: 'IDA-OTA-011' } });
  });

  it.each(FREEZING)('replaces the one before, in %s', async (version) => {
    const { ida, clock } = await start(version);
    await askForOtp(ida, { now: clock.now });
    const first = await sentOtp(ida);
    await askForOtp(ida, { now: clock.now, message: { transactionID: '2222222222' } });
    expect(codes(await authenticate(ida, clock.now, first))).toEqual(['IDA-OTA-004']);
  });

  it.each(VERSIONS)('is not good for an earlier transaction, in %s', async (version) => {
    const { ida, clock } = await start(version);
    await askForOtp(ida, { now: clock.now });
    await askForOtp(ida, { now: clock.now, message: { transactionID: '2222222222' } });
    const [first, second] = [await sentOtp(ida), await sentOtp(ida, EMANA.uin, '2222222222')];
    expect(first).not.toBe(second);
    expect(codes(await authenticate(ida, clock.now, second))).toEqual(['IDA-OTA-004']);
  });

  it('stays good beside a later one, in 1.2.0', async () => {
    const { ida, clock } = await start('1.2.0');
    await askForOtp(ida, { now: clock.now });
    await askForOtp(ida, { now: clock.now, message: { transactionID: '2222222222' } });
    expect(codes(await authenticate(ida, clock.now, await sentOtp(ida)))).toEqual([]);
  });
});

async function tryFiveTimes(ida: VectorIda, clock: Clock): Promise<readonly string[]> {
  await askForOtp(ida, { now: clock.now });
  const wrong = await wrongOtp(ida);
  const answers: Posted[] = [];
  for (let count = 0; count < 5; count += 1) answers.push(await authenticate(ida, clock.now, wrong));
  return answers.flatMap(codes);
}

describe('five wrong OTPs', () => {
  const FROZEN =
    'OTP request/validation has been frozen for the Individual-ID for 30 seconds due to consecutive failure attempts for 5 times.';

  it.each(FREEZING)('stop OTPs of the id for half an hour, in %s', async (version) => {
    const { ida, clock } = await start(version);
    const wrong = Array.from({ length: 4 }, () => 'IDA-OTA-004');
    expect(await tryFiveTimes(ida, clock)).toEqual([...wrong, 'IDA-OTA-013']);
    clock.pass(30 * 60);
    const refused = await askForOtp(ida, { now: clock.now });
    expect(refused.json.errors).toEqual([{ errorCode: 'IDA-OTA-013', errorMessage: FROZEN }]);
    expect(codes(await authenticate(ida, clock.now, await sentOtp(ida)))).toEqual(['IDA-OTA-013']);
    clock.pass(1);
    expect(codes(await authenticate(ida, clock.now, await sentOtp(ida)))).toEqual(['IDA-OTA-012']);
    expect(codes(await askForOtp(ida, { now: clock.now }))).toEqual([]);
    expect(codes(await authenticate(ida, clock.now, await sentOtp(ida)))).toEqual([]);
  });

  it.each<ProfileName>(['1.1.5', '1.2.0'])('stop nothing, in %s', async (version) => {
    const { ida, clock } = await start(version);
    expect(new Set(await tryFiveTimes(ida, clock))).toEqual(new Set(['IDA-OTA-004']));
    expect(codes(await authenticate(ida, clock.now, await sentOtp(ida)))).toEqual([]);
  });
});
