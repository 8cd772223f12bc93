import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Comparison, comparison } from './comparison.js';
import { decided } from './decided.js';
import type { Expectation } from './expectation.js';
import { IMPLIED_CASES } from './implied-cases.js';
import { caseKey, RECORDED_CASES, type RecordedCase, type Verdict } from './recorded-case.js';
import { RecordedSystem } from './recorded-system.js';
import { type Playable, replay } from './replay.js';

let system: RecordedSystem;
beforeAll(async () => {
  system = await RecordedSystem.start(RECORDED_CASES);
});
afterAll(async () => system.stop());

async function play(playable: Playable, expected: Expectation): Promise<Comparison> {
  const stage = await system.stage(playable.target);
  try {
    return comparison(playable, await replay(playable, expected, stage), expected);
  } finally {
    await stage.peers.close();
  }
}

async function playRecorded(recorded: RecordedCase): Promise<Comparison> {
  return play(recorded, decided(recorded));
}

/** In which IDA fails. In an outage the seeder stops asking, about anybody. */
function isOutage({ idaRequests }: RecordedCase): boolean {
  return idaRequests.some(
    ({ connection, status = 200, answer }) =>
      connection === 'reset' ||
      status >= 500 ||
      (typeof answer === 'object' && (answer as { response?: unknown }).response === null),
  );
}

/** Whose answer says how the pull has ended, if that is known soon enough. */
const QUICK_PULLS: ReadonlySet<string> = new Set(['dev/odk-23-no-submissions', 'dev/odk-wrong-password']);

function isPlayedAlone(recorded: RecordedCase): boolean {
  return isOutage(recorded) || QUICK_PULLS.has(caseKey(recorded));
}

function casesOf(verdict: Verdict): (readonly [string, RecordedCase])[] {
  const cases = RECORDED_CASES.filter((recorded) => recorded.verdict === verdict && !isPlayedAlone(recorded));
  return cases.map((recorded) => [caseKey(recorded), recorded]);
}

describe.concurrent('a case that is contract agrees with the original, but for what is listed', () => {
  it.each(casesOf('contract'))('%s', async (_key, recorded) => {
    const { observed, expected } = await playRecorded(recorded);
    expect(observed).toEqual(expected);
  });
});

describe.concurrent('a quirk of the original is answered as decided', () => {
  it.each(casesOf('quirk'))('%s', async (_key, recorded) => {
    const { observed, expected } = await playRecorded(recorded);
    expect(observed).toEqual(expected);
  });
});

describe.concurrent('a bug of the original is not repeated', () => {
  it.each(casesOf('bug'))('%s', async (_key, recorded) => {
    const { observed, expected } = await playRecorded(recorded);
    expect(observed).toEqual(expected);
  });
});

describe.concurrent('what follows from the recording without being in it holds too', () => {
  const nothing: Expectation = {
    answer: { status: 200, errors: null, response: null },
    rawBody: undefined,
    finalStatus: undefined,
    file: undefined,
    asked: [],
    peerRequests: [],
    meanwhile: undefined,
    secondStatusMeanwhile: undefined,
  };

  it.each(Object.entries(IMPLIED_CASES))(
    '%s',
    async (_name, { request, target = 'dev', expected: instead }) => {
      const { observed, expected } = await play({ request, target }, { ...nothing, ...instead });
      expect(observed).toEqual(expected);
    },
  );
});

describe('a case that has to be played alone is answered as decided', () => {
  // Somebody about whom IDA answers, so that what comes next is no further fault of the same outage.
  const quiet = RECORDED_CASES.filter((recorded) => caseKey(recorded) === 'sync/sync-happy');
  beforeEach(async () => {
    for (const recorded of quiet) await playRecorded(recorded);
  });

  const alone = RECORDED_CASES.filter(isPlayedAlone).map(
    (recorded) => [caseKey(recorded), recorded] as const,
  );
  it.each(alone)('%s', async (_key, recorded) => {
    const { observed, expected } = await playRecorded(recorded);
    expect(observed).toEqual(expected);
  });
});

describe('all cases together', () => {
  it('have IDA asked about nobody else, and about nobody twice', () => {
    expect(system.ida.asked).toEqual([]);
  });
});
