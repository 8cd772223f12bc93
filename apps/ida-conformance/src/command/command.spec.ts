import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connected, INTERRUPT, run, temporaryFolder } from '../spec-support/command-line.js';
import { SimulatedIda } from '../spec-support/simulated-ida.js';
import { Interruption } from './interruption.js';
import { UsageError } from './usage-error.js';

let ida: SimulatedIda;

beforeAll(async () => {
  ida = await SimulatedIda.start('1.2.0.1');
});
afterAll(async () => ida.stop());

describe('without consent', () => {
  it('nobody is looked up, and the plan says who would be', async () => {
    const before = await ida.lookUps();
    const { code, output } = await run({
      args: [...(await connected(ida)), '--only', 'message,matching,one-time-vid'],
    });
    expect(code).toBe(0);
    expect(output).toMatch(
      /Sending messages to residents \(--run notifying\): \d+ cases\n {2}up to \d+ messages to uin/,
    );
    expect(output).toMatch(/up to 7 messages to oneTimeVids \(.*\), and 3 VIDs used up/);
    expect(output).toContain('skipped  matching.mismatch');
    expect(await ida.lookUps()).toBe(before);
  });

  it('--list shows the plan and calls nothing', async () => {
    const before = await ida.calls();
    const { code, output } = await run({ args: ['--list', ...(await connected(ida))] });
    expect(code).toBe(0);
    expect(output).toContain('Touching nobody: ');
    expect(output).toContain('Not tested, as no client can bring it about');
    expect(await ida.calls()).toBe(before);
  });

  it('whoever says no at the terminal is heard, and so is a yes', async () => {
    const args = [...(await connected(ida)), '--only', 'message.usual-form,matching.dob-wrong'];
    const before = await ida.lookUps();
    const refused = await run({ args, answers: { 'Run them': 'n' } });
    expect([refused.code, await ida.lookUps()]).toEqual([0, before]);
    const allowed = await run({ args, answers: { 'Run them': 'y' } });
    expect([allowed.code, await ida.lookUps()]).toEqual([0, before + 1]);
  });
});

describe('with a wrong licence key', () => {
  it('nobody is touched, whatever was allowed', async () => {
    const args = await connected(ida, { mispLicenceKey: 'of-somebody-else' });
    const before = await ida.lookUps();
    const only = ['--only', 'message.usual-form,matching,one-time-vid'];
    const { code, output } = await run({ args: [...args, ...only, '--run', 'notifying,consuming'] });
    expect(code).toBe(1);
    expect(output).toContain('deviates message.usual-form');
    expect(output).toMatch(/skipped {2}one-time-vid\.used-by-mismatch +nobody is touched while/);
    expect(await ida.lookUps()).toBe(before);
  });
});

describe('where the usual form of a request deviates', () => {
  it('terminal and report say that the rest follows, and the rest has no line of its own', async () => {
    // IDA cannot open what is encrypted for another certificate than its own.
    const args = await connected(ida, { idaCertificate: ida.file('ida-sign.cer') });
    const { code, output, report } = await run({ args: [...args, '--only', 'message,validity'] });
    expect(code).toBe(1);
    expect(output.match(/^deviates .*$/gm)).toEqual([
      expect.stringMatching(/^deviates message\.usual-form .*IDA-MPA-003/),
    ]);
    expect(output).not.toContain('not foreseen');
    const sentence =
      /message\.usual-form deviates.*mend that first\. Of the [1-9]\d other deviations all are/;
    expect(output).toMatch(sentence);
    const text = await report();
    expect(text).toMatch(sentence);
    expect(text).toContain('validity');
  });
});

describe('--simulator', () => {
  it('runs every kind of case, with people, OTPs and consent of its own, whatever the environment says', async () => {
    const { code, output, report } = await run({
      args: ['--simulator', '--profile', '1.3.0', '--only', 'people,otp,one-time-vid,token'],
      env: { MTS_IDA_AUTH_URL: 'http://127.0.0.1:1/auth', MTS_IDA_PARTNER_P12_FILE: '/nowhere' },
    });
    expect(code).toBe(0);
    expect(output).toContain('The simulator of IDA 1.3.0 is at http://127.0.0.1:');
    expect(output).toMatch(/, 0 deviate, \d+ settled, 0 not run\./);
    const text = await report();
    expect(text).toContain('"isSimulator": true');
    expect(text).toContain('- IDA: the simulator that comes with this suite, no real IDA, at http://127');
  });

  it('leaves no process behind', async () => {
    const { output } = await run({ args: ['--simulator', '--only', 'message.usual-form'] });
    const [url = ''] = /http:[^ ]+/.exec(output) ?? [];
    await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed');
  });
});

describe('whatever is run', () => {
  it('output and report hold no key, no number, no name, no token', async () => {
    const args = [
      ...(await connected(ida)),
      '--run',
      'notifying,consuming',
      '--only',
      'partner,matching,token,one-time',
    ];
    const { code, output, report } = await run({ args });
    expect(code).toBe(0);
    const text = output + (await report());
    const { apiKey, mispLicenceKey, p12Password } = ida.relyingParty;
    const { name, dob, phoneNumber, emailId } = ida.population.identities.demographics;
    const personal = [name?.[0]?.value, dob, phoneNumber, emailId].filter((each) => each !== undefined);
    const secret = [apiKey, mispLicenceKey, p12Password, ...ida.numbers, ...personal, 'Tesfaye'];
    expect(secret.filter((each) => text.includes(each))).toEqual([]);
    expect(text).not.toMatch(/\d{17}/);
    expect(text).toContain('a token of 36 digits');
  });

  it('the report says what each case found, and where the expectation comes from', async () => {
    const { report } = await run({ args: [...(await connected(ida)), '--only', 'message,partner'] });
    const [json = ''] = (await report()).split(/,# IDA conformance report/);
    expect(JSON.parse(json)).toMatchObject({
      profile: '1.2.0.1',
      clockAheadSeconds: expect.any(Number),
      areAnswersPinned: true,
      endedEarly: null,
      cases: expect.arrayContaining([
        expect.objectContaining({ id: 'partner.unknown-licence', status: 'ok', touches: 'nobody' }),
      ]),
    });
    expect(await report()).toContain('## Settled questions');
  });

  it('a licence that has expired in IDA is seen as such', async () => {
    await ida.setFaults({ mispExpired: true });
    const others = { others: { expiredLicenceKey: ida.relyingParty.mispLicenceKey } };
    const { code, output } = await run({
      args: [...(await connected(ida, others)), '--only', 'partner.licence-expired'],
    });
    await ida.setFaults({});
    expect([code, output]).toEqual([0, expect.stringContaining('ok       partner.licence-expired')]);
  });

  it('an interruption ends after the case at hand, with a report of what was run', async () => {
    const stop = new AbortController();
    const onPrint = (text: string): void => {
      if (text.startsWith('ok       message.id-missing')) stop.abort();
    };
    const { code, output, report } = await run({ args: await connected(ida), stop, onPrint });
    expect(code).toBe(2);
    expect(output).toContain('Ended early: it was interrupted.');
    expect(output).toMatch(/1?\d as expected, 0 deviate, \d settled, 1\d\d not run\./);
    expect(await report()).toContain('ended early: it was interrupted');
  });

  it('whoever ends it at the question for the OTP gets a report of what was run', async () => {
    const args = await connected(ida, { policyAllows: ['otp-request', 'otp'] });
    const { code, output } = await run({
      args: [...args, '--only', 'message.usual-form,otp.right-otp,people', '--run', 'notifying'],
      answers: { 'The OTP': INTERRUPT },
    });
    expect(code).toBe(2);
    expect(output).toContain('Ended early: it was interrupted.');
    expect(output).toMatch(/1 as expected, 0 deviate, 0 settled, \d not run\./);
  });

  it('whoever ends it at a question before the first case ends all of it', async () => {
    const args = [...(await connected(ida)), '--only', 'matching'];
    await expect(run({ args, answers: { 'Run them': INTERRUPT } })).rejects.toThrow(Interruption);
  });

  it('texts of codes are shown without the place for a word of IDA', async () => {
    const { report } = await run({
      args: [...(await connected(ida, { uinType: 'NIN' })), '--only', 'message.usual-form'],
    });
    expect(await report()).toContain('IDA-MLC-009: Invalid Input Parameter - …');
  });
});

describe('a file that others may read', () => {
  it('is warned of', async () => {
    const args = await connected(ida);
    await chmod(args[1] ?? '', 0o644);
    const { output } = await run({ args: [...args, '--list'] });
    expect(output).toMatch(/^Warning: other users of this machine may read .*config\.json; chmod 600 it\./);
  });
});

describe('a report that has no place', () => {
  it.each(['/proc/report', '/dev/null/report'])('keeps the run from being begun: %s', async (folder) => {
    const args = [...(await connected(ida)), '--report', folder];
    const before = await ida.calls();
    await expect(run({ args })).rejects.toThrow(
      new UsageError(`--report: ${folder} is no folder that can be written to, nor can one be made there`),
    );
    expect(await ida.calls()).toBe(before);
  });
});

describe('a wrong call', () => {
  it.each([
    [['--licence', 'abc'], 'There is no option --licence'],
    [['--api-key=abc'], 'There is no option --api-key'],
    [['abc'], 'An option lacks its value, or a value its option'],
    [['--profile', '1.4'], '--profile must be one of 1.1.5, 1.2.0, 1.2.0.1, 1.2.1, 1.3.0'],
    [['--run', 'everything'], '--run must be notifying, consuming or dangerous, or several with commas'],
    [['--per-second', '0'], '--per-second must be a number above 0, at most 50'],
    [['--config', '/nowhere'], '--config: /nowhere cannot be read'],
    [
      ['--simulator', '--run', 'notifying'],
      '--simulator brings what it needs, so --run is of no use beside it',
    ],
    [
      ['--simulator', '--url', 'https://x/auth'],
      '--simulator brings what it needs, so --url is of no use beside it',
    ],
    [[], 'url is missing; give it by --url, MTS_IDA_AUTH_URL, url in the --config file'],
    [
      ['--url', 'https://ida.invalid/idauthentication/v1'],
      'url must be an http or https URL that ends in /auth, without user, query or fragment',
    ],
  ])('%j is refused with one sentence', async (args, sentence) => {
    await expect(run({ args })).rejects.toThrow(new UsageError(sentence));
  });

  it.each([
    [{ uin: 12 }, 'The identities: uin must be a text of digits'],
    [{ '7405214302': 'uin' }, /^Field 1 of the identities file is not known/],
    [
      { demographics: { dob: '03.02.1976' } },
      'The identities: demographics.dob must have the form YYYY/MM/DD',
    ],
    [
      { demographics: { name: 'Nobody' } },
      'The identities: demographics.name must be a list of {"language", "value"}',
    ],
  ])(
    'identities %j are refused with one sentence, which repeats nothing of them',
    async (identities, sentence) => {
      const path = join(await temporaryFolder(), 'identities.json');
      await writeFile(path, JSON.stringify(identities), { mode: 0o600 });
      await expect(run({ args: ['--list', '--identities', path] })).rejects.toThrow(sentence);
    },
  );

  it('a file that is no JSON is refused without quoting it', async () => {
    const path = join(await temporaryFolder(), 'config.json');
    await writeFile(path, '{"apiKey": "abc"', { mode: 0o600 });
    await expect(run({ args: ['--config', path] })).rejects.toThrow(`--config: ${path} is not a JSON object`);
  });

  it('--help explains the command', async () => {
    expect((await run({ args: ['--help'] })).output).toContain('Usage: npm run ida:conformance');
  });
});
