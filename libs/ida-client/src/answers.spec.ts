import { inspect } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IdaClient } from './client.js';
import {
  answering,
  type AnswerParts,
  answerTo,
  failing,
  http,
  type Reply,
  signatureOf,
  StubIda,
  TOKEN,
} from './spec-support/stub-ida.js';
import { faultOf, PERSON, summary, testClient } from './spec-support/test-client.js';
import { certificate, recordedAnswer } from './spec-support/test-keys.js';

let ida: StubIda;
let client: IdaClient;

beforeAll(async () => {
  ida = await StubIda.start();
  client = testClient(ida.authUrl);
});

afterAll(async () => {
  await client.close();
  await ida.stop();
});

async function ask(reply: Reply) {
  ida.reply = reply;
  return client.authenticate(PERSON);
}

async function faultAfter(reply: Reply) {
  return faultOf(ask(reply));
}

describe('a token', () => {
  it('is not taken with authStatus false, as IDA up to 1.2.0.1 sends it', async () => {
    const response = { authStatus: false, authToken: TOKEN };
    await expect(ask(answering({ response }))).resolves.toMatchObject({ kind: 'refused' });
    const errors = [{ errorCode: 'IDA-DEA-001', errorMessage: 'Demographic data name did not match' }];
    await expect(ask(answering({ response, errors }))).resolves.toEqual({
      kind: 'refused',
      errors: [{ code: 'IDA-DEA-001', message: 'Demographic data name did not match' }],
    });
  });

  it.each([undefined, null, 'true', 1])(
    'is not taken with authStatus %j, which IDA never sends',
    async (authStatus) => {
      const fault = await faultAfter(answering({ response: { authStatus, authToken: TOKEN } }));
      expect(summary(fault)).toBe('MTS-IDA-104 configuration profile unknown');
    },
  );

  it('is not missed when errors come without a response', async () => {
    const errors = [{ errorCode: 'IDA-MLC-002', errorMessage: 'Invalid UIN' }];
    await expect(ask(answering({ response: null, errors }))).resolves.toMatchObject({ kind: 'refused' });
  });

  it('is not taken when an error stands beside it', async () => {
    const response = { authStatus: true, authToken: TOKEN };
    const errors = [{ errorCode: 'IDA-DEA-001', errorMessage: 'Demographic data dob did not match' }];
    await expect(ask(answering({ response, errors }))).resolves.toMatchObject({ kind: 'refused' });
  });

  it('is taken when blank errors stand beside it, as a stand-in of IDA sends them', async () => {
    const response = { authStatus: true, authToken: TOKEN };
    const errors = [{ errorCode: '', errorMessage: '' }, { errorCode: null }, {}];
    await expect(ask(answering({ response, errors }))).resolves.toEqual({ kind: 'matched', token: TOKEN });
  });

  it.each([
    ['null', null],
    ['absent', undefined],
    ['empty', ''],
    ['a number', 3_059],
    ['too short', '123456789'],
    ['longer than any', '1'.repeat(155)],
    ['with other than digits', `${TOKEN}a`],
    ['with a line feed', `${TOKEN}\n`],
  ])(
    'that is %s on a success is a fault of the set-up: the static token may be off',
    async (_case, authToken) => {
      const fault = await faultAfter(answering({ response: { authStatus: true, authToken } }));
      expect(summary(fault)).toBe('MTS-IDA-105 configuration profile unknown');
    },
  );

  it.each([10, 37, 154])('may have %i digits', async (length) => {
    const token = '2'.repeat(length);
    await expect(ask(answering({ response: { authStatus: true, authToken: token } }))).resolves.toEqual({
      kind: 'matched',
      token,
    });
  });
});

describe('errors', () => {
  it('of the record are returned all, word for word', async () => {
    const errors = [
      ['IDA-DEA-001', 'Demographic data name in eng did not match'],
      ['IDA-DEA-001', 'Demographic data dob did not match'],
      ['IDA-DEA-003', 'Demographic data gender in fra not available in database'],
    ] as const;
    await expect(ask(failing(...errors))).resolves.toEqual({
      kind: 'refused',
      errors: errors.map(([code, message]) => ({ code, message })),
    });
  });

  it('lose the generic one that IDA puts in front of the one that tells', async () => {
    const generic = ['IDA-MLC-007', 'Request could not be processed. Please try again'] as const;
    await expect(ask(failing(generic, ['IDA-MLC-018', 'VID not available in database']))).resolves.toEqual({
      kind: 'refused',
      errors: [{ code: 'IDA-MLC-018', message: 'VID not available in database' }],
    });
    const fault = await faultAfter(failing(generic, 'IDA-MPA-001'));
    expect(summary(fault)).toBe('IDA-MPA-001 configuration profile not-asked');
  });

  it('say what the person can do, where IDA says it', async () => {
    const said = { errorCode: 'IDA-DEA-001', errorMessage: 'Demographic data dob did not match' };
    const errors = [
      { ...said, actionMessage: ' Please re-enter your dob ' },
      { ...said, actionMessage: null },
    ];
    const [told, untold] = errors.map(({ errorCode: code, errorMessage: message }) => ({ code, message }));
    await expect(ask(answering({ errors }))).resolves.toEqual({
      kind: 'refused',
      errors: [{ ...told, action: 'Please re-enter your dob' }, untold],
    });
  });

  it('that say only "could not be processed" leave open what became of the call', async () => {
    expect(summary(await faultAfter(failing('IDA-MLC-007')))).toBe('IDA-MLC-007 transient record unknown');
  });

  it('that are null or empty refuse the person without a reason', async () => {
    for (const errors of [null, [], [{ errorCode: '' }]]) {
      await expect(ask(answering({ errors }))).resolves.toEqual({
        kind: 'refused',
        errors: [{ code: 'MTS-IDA-107', message: 'IDA refused the person without saying why' }],
      });
    }
  });

  it.each([
    [['IDA-MPA-009'], 'IDA-MPA-009 configuration profile not-asked'],
    [['IDA-MLC-009', 'IDA-MPA-016'], 'IDA-MLC-009 client profile not-asked'],
    [['IDA-MLC-020'], 'IDA-MLC-020 transient profile unknown'],
    [['IDA-DEA-002'], 'IDA-DEA-002 configuration request not-asked'],
    [['IDA-MLC-012', 'IDA-MLC-002'], 'IDA-MLC-012 client profile not-asked'],
    [['IDA-DEA-001', 'IDA-RST-007'], 'IDA-RST-007 transient profile unknown'],
    [['IDA-MPA-016', 'IDA-MPA-009'], 'IDA-MPA-009 configuration profile not-asked'],
    [['IDA-RST-008', 'IDA-MPA-006'], 'IDA-MPA-006 configuration profile not-asked'],
    [['IDA-XYZ-999'], 'IDA-XYZ-999 configuration record unknown'],
    [['IDA-DEA-001', 'IDA-XYZ-999'], 'IDA-XYZ-999 configuration record unknown'],
    [['KER-KMS-025', 'IDA-MPA-003'], 'IDA-MPA-003 configuration profile not-asked'],
    [['IDA-RST-007', 'KER-PRM-001'], 'IDA-RST-007 transient profile unknown'],
    [['IDA-MLC-007', 'IDA-MPA-016', 'KER-CRY-003'], 'IDA-MPA-016 client profile not-asked'],
  ])('%j are as grave as the gravest of them: %s', async (codes, expected) => {
    expect(summary(await faultAfter(failing(...codes)))).toBe(expected);
  });

  it('with one code and two meanings are told apart by their words', async () => {
    await expect(ask(failing(['IDA-MLC-022', 'individualId is blocked']))).resolves.toMatchObject({
      kind: 'refused',
    });
    const fault = await faultAfter(failing(['IDA-MLC-022', 'partnerId is blocked']));
    expect(summary(fault)).toBe('IDA-MLC-022 configuration profile unknown');
  });

  it("come into a fault in IDA's known words alone", async () => {
    const known = await faultAfter(failing(['IDA-MLC-009', 'Invalid Input Parameter - request/domainUri']));
    expect(known.message).toBe('IDA: Invalid Input Parameter - request/domainUri');
    const foreign = await faultAfter(failing(['IDA-MPA-009', 'No partner for Emana, 7465075291703420']));
    expect(foreign.message).toBe('IDA: Partner is not registered');
    const number = await faultAfter(
      failing(['IDA-MPA-001', 'Digital signature verification failed for 7465']),
    );
    expect(number.message).toBe('IDA: Digital signature verification failed for …');
    const name = await faultAfter(failing(['IDA-DEA-002', 'Unsupported Language Code - Emana Sar']));
    expect(name.message).toBe('IDA: Unsupported Language Code - …');
  });

  it('keep their own words in a fault where nothing that prints one finds them', async () => {
    const fault = await faultAfter(failing(['IDA-XYZ-999', 'No record of Emana']));
    expect(fault.idaMessage).toBe('No record of Emana');
    for (const shown of [
      inspect(fault, { showHidden: true }),
      JSON.stringify(fault),
      String(fault),
      fault.stack,
    ])
      expect(shown).not.toContain('Emana');
    expect(Object.keys(fault)).not.toContain('idaMessage');
    expect((await faultAfter(failing(['IDA-XYZ-999', '']))).idaMessage).toBeUndefined();
  });
});

describe('an HTTP answer', () => {
  it.each([301, 302, 307, 400, 401, 403, 404, 405, 413, 415])(
    'of %i was turned away before IDA: the set-up is at fault, nobody was asked',
    async (status) => {
      ida.calls.length = 0;
      const fault = await faultAfter(http(status, '<html>', { location: `http://${ida.host}/elsewhere` }));
      expect(summary(fault)).toBe('MTS-IDA-103 configuration profile not-asked');
      expect(fault.message).toContain(`(${ida.host}: HTTP ${status})`);
      expect(ida.calls, 'no redirect is followed').toHaveLength(1);
    },
  );

  it.each([408, 425, 429, 500, 502, 503, 504])('of %i may pass, and its effect is open', async (status) => {
    const fault = await faultAfter((call, response) => http(status, answerTo(call, {}))(call, response));
    expect(summary(fault)).toBe('MTS-IDA-103 transient profile unknown');
  });

  it.each([
    ['a page', '<html><body>Sign in</body></html>'],
    ['nothing', ''],
    ['an array', '[]'],
    ['another service', '{"status":"UP"}'],
    ['a cut answer', '{"response":{"authStatus":true,"auth'],
    ['bytes that are not UTF-8', '{"response":{"authStatus":false},"id":"\u00ff"}'],
    ['errors of another kind', '{"errors":"none","response":{"authStatus":false}}'],
    ['errors without objects', '{"errors":["x"]}'],
    ['a number as a code', '{"errors":[{"errorCode":"7465075291703420"}]}'],
    ['a name as a code', '{"errors":[{"errorCode":"Emana-Sar"}]}'],
    ['a code that is no text', '{"errors":[{"errorCode":18}],"response":{"authStatus":true}}'],
    ['a code that is none', '{"errors":[{"errorCode":"<b>7465075291703420</b>"}]}'],
    ['null', 'null'],
  ])('of 200 with %s is not IDA', async (_case, body) => {
    const fault = await faultAfter(
      (_call, response) => void response.writeHead(200).end(Buffer.from(body, 'latin1')),
    );
    expect(summary(fault)).toBe('MTS-IDA-104 configuration profile unknown');
  });

  it('larger than 64 KiB is given up', async () => {
    const padding = ' '.repeat(64 * 1024);
    const fault = await faultAfter((call, response) => void response.end(answerTo(call, {}) + padding));
    expect(summary(fault)).toBe('MTS-IDA-104 configuration profile unknown');
    expect(fault.message).toContain('more than 65536 bytes');
    const refused = await faultAfter(http(503, padding + padding));
    expect(summary(refused)).toBe('MTS-IDA-103 transient profile unknown');
  });
});

function signedAnswer(parts: AnswerParts): Reply {
  return (call, response) => {
    const body = answerTo(call, parts);
    http(200, body, { 'response-signature': signatureOf(body) })(call, response);
  };
}

/** The id that the recorded answers belong to. */
const transactionId = (): string => 'A1b2C3d4E5';

function replay(id: string, change: (body: string) => string = (body) => body): Reply {
  const { headers, body } = recordedAnswer(id);
  return http(200, change(body), headers);
}

describe('with a pinned certificate', () => {
  let pinned: IdaClient;

  beforeAll(() => {
    pinned = testClient(ida.authUrl, { answerPins: [certificate('ida-sign')], transactionId });
  });

  afterAll(async () => pinned.close());

  it('a recorded success gives its token', async () => {
    ida.reply = replay('r01');
    await expect(pinned.authenticate(PERSON)).resolves.toEqual({ kind: 'matched', token: TOKEN });
  });

  it.each([
    ['r02', 2],
    ['r03', 1],
  ])('the recorded mismatch %s is a refusal with its %i errors and no token', async (id, count) => {
    ida.reply = replay(id);
    const outcome = await pinned.authenticate(PERSON);
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(outcome).not.toHaveProperty('token');
    expect(outcome.kind === 'refused' && outcome.errors).toHaveLength(count);
  });

  it.each([
    ['without a signature', http(200, recordedAnswer('r01').body), 'absent'],
    ['changed on its way', replay('r02', (body) => body.replace('false', 'true')), 'invalid'],
    [
      'with two signatures',
      ((_call, response) => {
        const { headers, body } = recordedAnswer('r01');
        const signature = headers['response-signature'] ?? '';
        response.writeHead(200, { 'response-signature': [signature, signature] }).end(body);
      }) satisfies Reply,
      'invalid',
    ],
  ])('an answer %s is not believed', async (_case, reply, reason) => {
    ida.reply = reply;
    const fault = await faultOf(pinned.authenticate(PERSON));
    expect(summary(fault)).toBe('MTS-IDA-106 configuration profile unknown');
    expect(fault.message).toContain(`the signature is ${reason}`);
  });

  it('an answer signed by somebody else is not believed', async () => {
    const other = testClient(ida.authUrl, { answerPins: [certificate('partner')], transactionId });
    ida.reply = replay('r01');
    expect(summary(await faultOf(other.authenticate(PERSON)))).toBe(
      'MTS-IDA-106 configuration profile unknown',
    );
    await other.close();
  });

  it('an answer to another call of this client is not believed, though no signature is asked for', async () => {
    const [first] = [await client.authenticate(PERSON), ida.lastCall];
    const earlier = ida.lastCall.outer['transactionID'];
    ida.reply = answering({ transactionID: earlier });
    const fault = await faultOf(client.authenticate(PERSON));
    expect([first.kind, summary(fault)]).toEqual(['matched', 'MTS-IDA-106 configuration profile unknown']);
    expect(fault.message).toContain('the answer to another call');
  });

  it('an answer to another call is not believed, signed as it is', async () => {
    const signed = testClient(ida.authUrl, { answerPins: [certificate('ida-sign')] });
    ida.reply = replay('r01');
    const fault = await faultOf(signed.authenticate(PERSON));
    expect(summary(fault)).toBe('MTS-IDA-106 configuration profile unknown');
    expect(fault.message).toContain('the answer to another call');
    await signed.close();
  });

  it('an answer without the id of its call is believed as a fault, never as a success', async () => {
    const response = { authStatus: true, authToken: TOKEN };
    ida.reply = signedAnswer({ transactionID: null, errors: [{ errorCode: 'IDA-MPA-007' }] });
    expect((await faultOf(pinned.authenticate(PERSON))).code).toBe('IDA-MPA-007');
    ida.reply = signedAnswer({ transactionID: null, response });
    expect((await faultOf(pinned.authenticate(PERSON))).code).toBe('MTS-IDA-106');
    ida.reply = signedAnswer({ response });
    await expect(pinned.authenticate(PERSON)).resolves.toEqual({ kind: 'matched', token: TOKEN });
  });

  it('a page is still called a page', async () => {
    ida.reply = http(200, '<html>');
    expect((await faultOf(pinned.authenticate(PERSON))).code).toBe('MTS-IDA-104');
  });
});
