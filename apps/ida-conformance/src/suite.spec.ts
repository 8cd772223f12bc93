import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TOUCHES, VERSIONS } from './cases/case.js';
import { CASES } from './cases/index.js';
import { conduct } from './conduct.js';
import { planOf } from './plan.js';
import { type CaseResult, Runner } from './run.js';
import { SimulatedIda } from './spec-support/simulated-ida.js';

const OTP = '314159';
/** What no simulator can be set up for; each is a case that says what it needs. */
const BEYOND_THE_SIMULATOR = /^needs others\./;

describe.each(VERSIONS)('against the simulator of %s, with all that can be allowed', (version) => {
  let ida: SimulatedIda;
  let results: readonly CaseResult[];

  beforeAll(async () => {
    ida = await SimulatedIda.start(version);
    await ida.setFaults({ fixedOtp: OTP });
    const { identities } = ida.population;
    const planned = planOf(CASES, {
      version,
      identities,
      entitlements: new Set(['domainUri', 'kyc', 'otp', 'otp-request', 'otp by hand']),
      others: new Set(),
      hasOtherPartner: false,
    });
    const askOtp = async (): Promise<string> => OTP;
    const runner = new Runner({ connection: ida.connection(), identities, perSecond: 1_000, askOtp });
    const quiet = { print: () => undefined, stop: new AbortController().signal };
    ({ results } = await conduct(planned, new Set(TOUCHES), runner, quiet));
  });
  afterAll(async () => ida.stop());

  it('every case comes out as expected, or settles its question', () => {
    const deviating = results.filter(({ status }) => status === 'deviates');
    expect(deviating.map(({ case: { id }, says, expected }) => ({ id, says, expected }))).toEqual([]);
  });

  it('every question is settled by an answer that was foreseen', () => {
    expect(results.filter(({ says }) => says.includes('not foreseen')).map(({ case: { id } }) => id)).toEqual(
      [],
    );
  });

  it('nothing is left out but what a simulator cannot be', () => {
    const skipped = results.filter(
      ({ status, says }) => status === 'skipped' && !BEYOND_THE_SIMULATOR.test(says),
    );
    expect(skipped.map(({ case: { id }, says }) => `${id}: ${says}`)).toEqual([]);
  });
});
