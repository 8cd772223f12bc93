import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdaClient } from './client.js';
import type { AskedPerson } from './index.js';
import { PROFILE_NAMES } from './profiles.js';
import { failing, sha256Hex, StubIda, TOKEN } from './spec-support/stub-ida.js';
import { faultOf, PERSON, testClient } from './spec-support/test-client.js';
import { certificate } from './spec-support/test-keys.js';

/** Somebody without any factor. */
const NOBODY = { individualId: PERSON.individualId } as const;

let ida: StubIda;
let client: IdaClient;

beforeEach(async () => {
  ida = await StubIda.start();
  client = testClient(ida.authUrl);
});

afterEach(async () => {
  await client.close();
  await ida.stop();
});

describe('a request', () => {
  it('goes to licence, partner and API key, encoded, with the headers that IDA wants', async () => {
    await client.authenticate(PERSON);
    const { method, path, headers } = ida.lastCall;
    expect(method).toBe('POST');
    expect(path).toBe(
      '/idauthentication/v1/auth/LICENCE%2Bsecret%2F0001/test-partner-01/API%20KEY%20secret%200001',
    );
    expect(headers).toMatchObject({ authorization: 'Authorization', 'content-type': 'application/json' });
  });

  it('is signed by the partner over the very bytes that are sent', async () => {
    await client.authenticate(PERSON);
    expect(ida.lastCall.signed).toBe(true);
  });

  it("has IDA's fields, each as IDA wants it", async () => {
    await client.close();
    client = testClient(ida.authUrl, { clock: () => Date.UTC(2026, 0, 31, 10, 20, 30, 120) });
    await client.authenticate(PERSON);
    const { outer, inner } = ida.lastCall;
    expect(outer).toEqual({
      id: 'mosip.identity.auth',
      version: '1.0',
      individualId: '7465075291703420',
      transactionID: expect.stringMatching(/^[A-Za-z0-9]{10}$/),
      requestTime: '2026-01-31T10:20:30.120Z',
      specVersion: '1.0',
      thumbprint: Buffer.from(certificate('ida-partner').fingerprint256.replaceAll(':', ''), 'hex').toString(
        'base64url',
      ),
      consentObtained: true,
      requestHMAC: expect.any(String),
      requestSessionKey: expect.any(String),
      request: expect.any(String),
      metadata: {},
    });
    expect(inner).toEqual({
      timestamp: '2026-01-31T10:20:30.120Z',
      demographics: { name: [{ language: 'eng', value: 'emana sar test' }], dob: '1976/01/01' },
      biometrics: [],
    });
  });

  it('carries the hash of its inner text', async () => {
    await client.authenticate(PERSON);
    expect(ida.lastCall.hmacText).toBe(sha256Hex(ida.lastCall.innerText));
  });

  it('is ASCII inside and outside, whatever the text', async () => {
    await client.close();
    client = testClient(ida.authUrl, { domainUri: 'https://ida.example/é' });
    const demographics = { name: [{ language: 'hin', value: 'राजेश 😀' }] };
    await client.authenticate({ ...PERSON, demographics });
    const { body, innerText, inner, outer } = ida.lastCall;
    expect(body.every((byte) => byte < 0x7f)).toBe(true);
    expect(innerText).toMatch(/^[\u0020-\u007E]+$/);
    expect(inner['demographics']).toEqual(demographics);
    expect(outer['domainUri']).toBe('https://ida.example/é');
  });

  it('has domainUri, env and individualIdType when they are configured', async () => {
    await client.close();
    const configured = { domainUri: 'https://ida.example', env: 'Staging', individualIdType: 'VID' };
    client = testClient(ida.authUrl, configured);
    await client.authenticate(PERSON);
    expect(ida.lastCall.outer).toMatchObject(configured);
  });

  it('shares neither id nor key with another', async () => {
    await Promise.all(Array.from({ length: 5 }, () => client.authenticate(PERSON)));
    const fields = ['transactionID', 'requestSessionKey', 'request', 'requestHMAC'];
    const values = ida.calls.flatMap(({ outer }) => fields.map((field) => outer[field]));
    expect(new Set(values).size).toBe(5 * fields.length);
  });

  it.each<[string, AskedPerson, Record<string, boolean>]>([
    ['demographics', PERSON, { demo: true, bio: false, otp: false, pin: false }],
    ['an OTP', { ...NOBODY, otp: '111111' }, { demo: false, bio: false, otp: true, pin: false }],
    ['biometrics', { ...NOBODY, biometrics: [{}] }, { demo: false, bio: true, otp: false, pin: false }],
    ['all', { ...PERSON, otp: '1', biometrics: [{}] }, { demo: true, bio: true, otp: true, pin: false }],
    [
      'blanks alone',
      { ...NOBODY, demographics: { dob: '' }, otp: '', biometrics: [] },
      { demo: false, bio: false, otp: false, pin: false },
    ],
  ])('tells IDA 1.1.5, and no later one, the factors that are there: %s', async (_case, person, factors) => {
    const transactionId = 'A1b2C3d4E5';
    ida.reply = failing('IDA-MLC-018');
    for (const profile of PROFILE_NAMES) {
      await client.close();
      client = testClient(ida.authUrl, { profile });
      await client.authenticate(person, { transactionId });
      await client.kyc(person, { transactionId });
      const requested = ida.calls.splice(0).map(({ outer }) => outer['requestedAuth']);
      expect(requested).toEqual(profile === '1.1.5' ? [factors, factors] : [undefined, undefined]);
    }
  });

  it('brings an OTP and biometrics as they are, under the transaction that they were made for', async () => {
    const block = {
      specVersion: '1.0',
      data: 'eyJ.é.x',
      hash: 'AB',
      thumbprint: 'CD',
      b: [1, 2.5, null, { z: 0, a: '' }],
    };
    const person = { ...NOBODY, otp: '111111', biometrics: [block] };
    await client.authenticate(person, { transactionId: 'A1b2C3d4E5', individualIdType: 'VID' });
    const { inner, innerText, outer } = ida.lastCall;
    expect(outer).toMatchObject({ transactionID: 'A1b2C3d4E5', individualIdType: 'VID' });
    expect(inner).toEqual({
      timestamp: outer['requestTime'],
      demographics: {},
      biometrics: [block],
      otp: '111111',
    });
    expect(innerText).toContain(JSON.stringify(block).replace('é', String.raw`\u00e9`));
  });

  it.each([
    ['an OTP', { ...NOBODY, otp: '111111' }],
    ['biometrics', { ...NOBODY, biometrics: [{}] }],
  ])('with %s is not made without their transaction', async (_factor, person) => {
    await expect(client.authenticate(person)).rejects.toThrow(/^transactionId must be given/);
    await expect(client.kyc(person)).rejects.toThrow(/^transactionId must be given/);
    await expect(client.authenticate(person, { transactionId: 'A1b2C3d4E' })).rejects.toThrow(
      'transactionId must be 10 letters or digits',
    );
    expect(ida.calls).toHaveLength(0);
  });
});

describe('a call', () => {
  it('returns the token of a matched person', async () => {
    await expect(client.authenticate(PERSON)).resolves.toEqual({ kind: 'matched', token: TOKEN });
  });

  it('tells its transaction before it leaves', async () => {
    const told: unknown[] = [];
    await client.authenticate(PERSON, { onSend: (call) => told.push(call, ida.calls.length) });
    expect(told).toEqual([{ transactionId: ida.lastCall.outer['transactionID'] }, 0]);
  });

  it('tells when its answer has come, whatever it says, and how long IDA took without any work of ours', async () => {
    const told: { transactionId: string; latencyMs: number }[] = [];
    const hooks = { onAnswer: (answer: (typeof told)[number]) => told.push(answer) };
    const begunAtMs = performance.now();
    await client.authenticate(PERSON, hooks);
    const tookMs = performance.now() - begunAtMs;
    ida.reply = failing('IDA-MLC-007');
    await faultOf(client.authenticate(PERSON, hooks));
    expect(told.map(({ transactionId }) => transactionId)).toEqual(
      ida.calls.map(({ outer }) => outer['transactionID']),
    );
    expect(told[0]?.latencyMs).toBeGreaterThan(0);
    expect(told[0]?.latencyMs).toBeLessThan(tookMs);
  });

  it('does not leave when the hook throws', async () => {
    const hooks = {
      onSend: () => {
        throw new Error('stop');
      },
    };
    await expect(client.authenticate(PERSON, hooks)).rejects.toThrow('stop');
    expect(ida.calls).toHaveLength(0);
  });

  it('is not told to leave before a connection stands', async () => {
    await client.close();
    // Nothing listens at the lowest port.
    client = testClient('http://127.0.0.1:1/idauthentication/v1/auth');
    const told: unknown[] = [];
    await faultOf(client.authenticate(PERSON, { onSend: (call) => told.push(call) }));
    expect(told).toEqual([]);
  });

  it('is made once more, with the time of then, when IDA refuses its time', async () => {
    await client.close();
    let now = Date.UTC(2026, 0, 31);
    client = testClient(ida.authUrl, { clock: () => (now += 1_000) });
    const { reply } = ida;
    ida.reply = (call, response) => {
      ida.reply = reply;
      failing('IDA-MLC-007', 'IDA-MLC-001')(call, response);
    };
    await expect(client.authenticate(PERSON)).resolves.toEqual({ kind: 'matched', token: TOKEN });
    const [first, second] = ida.calls.map(({ outer }) => outer);
    expect(Date.parse(String(second?.['requestTime']))).toBeGreaterThan(
      Date.parse(String(first?.['requestTime'])),
    );
    expect(second?.['transactionID']).not.toBe(first?.['transactionID']);
  });

  it('with an OTP is made once more too, unread as it was, in the same transaction', async () => {
    const { reply } = ida;
    ida.reply = (call, response) => {
      ida.reply = reply;
      failing('IDA-MLC-001')(call, response);
    };
    const transactionId = 'A1b2C3d4E5';
    const sent: unknown[] = [];
    await expect(
      client.authenticate({ ...PERSON, otp: '111111' }, { transactionId, onSend: (call) => sent.push(call) }),
    ).resolves.toEqual({ kind: 'matched', token: TOKEN });
    expect(sent).toEqual([{ transactionId }, { transactionId }]);
    expect(ida.calls.map(({ outer }) => outer['transactionID'])).toEqual([transactionId, transactionId]);
    const [first, second] = ida.calls.map(({ outer }) => outer['requestSessionKey']);
    expect(second).not.toBe(first);
  });

  it('with an OTP is not made a second time for any other reason', async () => {
    const person = { ...PERSON, otp: '111111' };
    for (const code of ['IDA-OTA-004', 'IDA-MLC-007', 'IDA-OTA-007']) {
      ida.calls.length = 0;
      ida.reply = failing(code);
      await Promise.allSettled([client.authenticate(person, { transactionId: 'A1b2C3d4E5' })]);
      expect(ida.calls).toHaveLength(1);
    }
  });

  it('blames the clock, with how far it is off, when IDA refuses the time twice', async () => {
    await client.close();
    client = testClient(ida.authUrl, { clock: () => Date.now() + 300_000 });
    ida.reply = failing('IDA-MLC-001', 'IDA-MLC-001');
    const fault = await faultOf(client.authenticate(PERSON));
    expect(fault).toMatchObject({ faultClass: 'client', code: 'IDA-MLC-001', effect: 'not-asked' });
    expect(fault.message).toMatch(/its clock is about (299|300|301) s behind this machine's/);
    expect(ida.calls).toHaveLength(2);
  });

  it('waits, unsealed, while as many are under way as there are connections', async () => {
    await client.close();
    client = testClient(ida.authUrl, { connections: 2 });
    const held: (() => void)[] = [];
    const { reply } = ida;
    const twoHeld = new Promise<void>((resolve) => {
      ida.reply = (call, response) => {
        held.push(() => reply(call, response));
        if (held.length === 2) resolve();
      };
    });
    const sent: string[] = [];
    const hooks = { onSend: ({ transactionId }: { transactionId: string }) => sent.push(transactionId) };
    const calls = Array.from({ length: 6 }, () => client.authenticate(PERSON, hooks));
    await twoHeld;
    expect(sent).toHaveLength(2);
    ida.reply = reply;
    for (const release of held) release();
    await Promise.all(calls);
    expect(sent).toHaveLength(6);
    expect(ida.connections).toBe(2);
  });

  it('is refused after close, and close waits for those under way', async () => {
    let answer: (() => void) | undefined;
    const { reply } = ida;
    const arrived = new Promise<void>((resolve) => {
      ida.reply = (call, response) => {
        answer = () => reply(call, response);
        resolve();
      };
    });
    const call = client.authenticate(PERSON);
    await arrived;
    const closed = client.close();
    answer?.();
    await expect(call).resolves.toMatchObject({ kind: 'matched' });
    await closed;
    await expect(client.authenticate(PERSON)).rejects.toThrow('The IDA client is closed');
  });

  it('is not made once more after close, and says what IDA said', async () => {
    const closed = new Promise<void>((resolve) => {
      ida.reply = (call, response) => {
        resolve(client.close());
        failing('IDA-MLC-001')(call, response);
      };
    });
    expect((await faultOf(client.authenticate(PERSON))).code).toBe('IDA-MLC-001');
    await closed;
    expect(ida.calls).toHaveLength(1);
  });
});
