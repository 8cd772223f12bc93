import { readFileSync } from 'node:fs';
import { type AuthOutcome, IdaFault } from '@mts/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IdaClient } from './client.js';
import { type CodeRule, IDA_CALLS, type IdaCall, ruleOf } from './codes.js';
import type { KycOutcome } from './kyc/kyc.js';
import type { OtpOutcome } from './otp/otp.js';
import { PROFILE_NAMES, type ProfileName, PROFILES } from './profiles.js';
import { codesPage } from './reference/codes-page.js';
import { type Expectation, EXPECTATIONS } from './spec-support/expected-codes.js';
import { answering, type AnswerParts, StubIda, TOKEN } from './spec-support/stub-ida.js';
import { testClient } from './spec-support/test-client.js';

/** One answer of one version on one call, and what the client made of it. */
interface Told extends Expectation {
  readonly version: ProfileName;
  readonly call: IdaCall;
  /** Stands for the answer: the stub knows by it what to say. */
  readonly individualId: string;
}

type Heard = Told & { readonly class: string; readonly heard: string };

const TOLD: readonly Told[] = PROFILE_NAMES.flatMap((version) =>
  IDA_CALLS.flatMap((call) =>
    EXPECTATIONS.filter((each) => isIn(each, version) && isOn(each, call)).map((each) => ({
      ...each,
      version,
      call,
    })),
  ),
).map((each, index) => ({ ...each, individualId: String(1_000_000_000 + index) }));

function isIn({ since, until }: Expectation, version: ProfileName): boolean {
  const place = PROFILE_NAMES.indexOf(version);
  return PROFILE_NAMES.indexOf(since) <= place && place <= PROFILE_NAMES.indexOf(until);
}

/** What IDA sends on none of the calls is told on one all the same. */
function isOn({ calls }: Expectation, call: IdaCall): boolean {
  return calls.length === 0 ? call === 'auth' : calls.includes(call);
}

const GENERIC = {
  errorCode: 'IDA-MLC-007',
  errorMessage: 'Request could not be processed. Please try again',
};

/** The answer in the form of the version: the generic error in front, the token beside a mismatch. */
function answerOf({ version, call, stage, code, message }: Told): AnswerParts {
  const { genericErrorInFront, tokenOnRefusal } = PROFILES[version];
  const error = { errorCode: code, errorMessage: message };
  const errors = genericErrorInFront && stage === 'filter' ? [GENERIC, error] : [error];
  if (stage !== 'match') return { errors };
  const authToken = tokenOnRefusal ? TOKEN : null;
  const response = call === 'kyc' ? { kycStatus: false, authToken } : { authStatus: false, authToken };
  return { errors: [{ ...error, actionMessage: 'Please re-enter your data' }], response };
}

async function hear(client: IdaClient, told: Told): Promise<Heard> {
  try {
    const outcome = await ask(client, told);
    if (outcome.kind !== 'refused') return { ...told, class: outcome.kind, heard: outcome.kind };
    const errors = outcome.errors.map(({ code, message }) => `${code} ${message}`);
    return { ...told, class: 'record', heard: `record ${errors.join()}` };
  } catch (fault) {
    if (!(fault instanceof IdaFault)) throw fault;
    const heard = `${fault.faultClass} ${fault.scope} ${fault.effect} ${fault.code}`;
    return { ...told, class: fault.faultClass, heard };
  }
}

async function ask(
  client: IdaClient,
  { call, individualId }: Told,
): Promise<AuthOutcome | KycOutcome | OtpOutcome> {
  const person = { individualId, demographics: { dob: '1976/01/01' } };
  if (call === 'otp') return client.requestOtp({ individualId, channels: ['phone'] });
  return call === 'kyc' ? client.kyc(person) : client.authenticate(person);
}

async function hearAll(authUrl: string, version: ProfileName): Promise<readonly Heard[]> {
  // All calls are made at once, and none may be given up on a machine that is busy with other tests.
  const client = testClient(authUrl, { profile: version, answerTimeoutMs: 600_000 });
  const all = await Promise.all(
    TOLD.filter((told) => told.version === version).map((told) => hear(client, told)),
  );
  await client.close();
  return all;
}

let heard: readonly Heard[];

beforeAll(async () => {
  const byIndividual = new Map(TOLD.map((told) => [told.individualId, told]));
  const ida = await StubIda.start((call, response) => {
    const told = byIndividual.get(String(call.outer['individualId']));
    if (told?.call !== call.kind) response.writeHead(404).end();
    else answering(answerOf(told))(call, response);
  });
  heard = (await Promise.all(PROFILE_NAMES.map((version) => hearAll(ida.authUrl, version)))).flat();
  await ida.stop();
});

describe.each(PROFILE_NAMES)('each answer of IDA %s', (version) => {
  it.each(IDA_CALLS)('to /%s is understood', (call) => {
    const these = heard.filter((each) => each.version === version && each.call === call);
    expect(these.length).toBeGreaterThan(30);
    expect(these.map((each) => each.heard)).toEqual(
      these.map(({ verdict, code, message }) =>
        verdict.startsWith('record ') ? `record ${code} ${message}` : `${verdict} ${code}`,
      ),
    );
  });
});

describe('docs/reference/ida-codes.md', () => {
  it('says of each code in each version what the client made of it; `npm run docs` writes it', () => {
    const file = new URL('../../../docs/reference/ida-codes.md', import.meta.url);
    expect(codesPage(classHeard)).toBe(readFileSync(file, 'utf8'));
  });
});

function classHeard(rule: CodeRule, version: ProfileName): string {
  const classes = heard
    .filter((each) => each.version === version && ruleOf(each.code, each.message) === rule)
    .map((each) => each.class);
  return [...new Set(classes)].join(' or ') || '–';
}
