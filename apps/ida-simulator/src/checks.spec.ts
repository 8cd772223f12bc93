import { isDeepStrictEqual } from 'node:util';

import { idaVector } from '@mts/testing';
import { describe, expect, it } from 'vitest';

import { makeCall } from '../test/caller.js';
import { VERSIONS, type CheckCase, type Verdict } from '../test/check-cases.js';
import { FILTER_CASES } from '../test/filter-cases.js';
import { carryOut, without, type Result } from '../test/in-process.js';
import { LATER_CASES } from '../test/later-cases.js';
import { vectorIda, type AnswerJson } from '../test/vector-ida.js';
import { found, type Ida } from './service/call.js';
import { AUTH_STAGES } from './service/checks/index.js';
import { ENDPOINTS } from './service/endpoints.js';
import type { ProfileName } from './service/profiles.js';
import { NO_STEERING } from './service/steering.js';

const NOW = new Date('2026-11-22T01:00:00Z');
const AUTH = found(ENDPOINTS['auth'], 'the endpoint');
const CASES = [...FILTER_CASES, ...LATER_CASES];

/** Steps, and checks of other factors, whose proof is not in the table. */
const PROVEN_ELSEWHERE: Readonly<Record<string, string>> = {
  'form of the OTP': 'service/otp.spec.ts',
  'call noted': 'service/otp.spec.ts',
  OTP: 'service/otp.spec.ts',
  'biometric types': 'service/biometrics.spec.ts',
  'biometric transactions and times': 'service/biometrics.spec.ts',
  'device details': 'service/biometrics.spec.ts',
};
const STEPS_PROVEN_ELSEWHERE: Readonly<Record<number, string>> = {
  1: 'http/server.spec.ts: a body that is no JSON object',
  20: 'service/biometrics.spec.ts',
  29: 'vectors.spec.ts: answers are signed over their exact bytes',
};

async function idaFor({ ida, steering }: CheckCase, version: ProfileName): Promise<Ida> {
  return { ...(await vectorIda({ ...ida, version })), steering: { ...NO_STEERING, ...steering } };
}

/** The case's calls, one after the other; what came of the last. */
async function resultOf(testCase: CheckCase, version: ProfileName, endpoint = AUTH): Promise<Result> {
  const ida = await idaFor(testCase, version);
  for (const call of testCase.before ?? []) {
    carryOut(endpoint, await makeCall({ ...call, now: NOW }), ida, NOW);
  }
  return carryOut(endpoint, await makeCall({ ...testCase.call, now: NOW }), ida, NOW);
}

const { authToken } = idaVector('tokens').cases[0] ?? {};

/** What is compared of a result; the token stands for itself only if the person matched. */
function seen(result: Result): unknown {
  if (result.kind === 'uncaught') return { status: 500 };
  if (result.kind === 'not found') return { status: 404 };
  if (result.kind !== 'answer') return result;
  const { response } = JSON.parse(result.body) as Pick<AnswerJson, 'response'>;
  const isMatch = response.authStatus;
  return { codes: result.codes, isMatch, ...(isMatch && { authToken: response.authToken }) };
}

function wanted(verdict: Verdict): unknown {
  if (typeof verdict === 'number') return { status: verdict };
  const codes = verdict === 'unknown' ? [] : verdict;
  return codes.length === 0 ? { codes, isMatch: true, authToken } : { codes, isMatch: false };
}

const rows = CASES.flatMap((testCase) =>
  VERSIONS.flatMap((version) => {
    const verdict = testCase.expected[version];
    return verdict === undefined ? [] : [{ ...testCase, testCase, version, verdict }];
  }),
);

describe.each(rows)('IDA $version, check "$check": $what', ({ testCase, check, version, verdict }) => {
  it('is answered as that version does', async () => {
    expect(seen(await resultOf(testCase, version))).toEqual(wanted(verdict));
  });

  it('is answered otherwise if the check is left out, unless the version does not know it', async () => {
    const normal = await resultOf(testCase, version);
    const maimed = await resultOf(testCase, version, without(check, AUTH));
    expect(isDeepStrictEqual(maimed, normal)).toBe(verdict === 'unknown');
  });
});

describe('the proof', () => {
  const checks = Object.values(AUTH_STAGES).flat();

  it('covers every check of an authentication', () => {
    const proven = new Set([...CASES.map(({ check }) => check), ...Object.keys(PROVEN_ELSEWHERE)]);
    expect(checks.map(({ name }) => name).filter((name) => !proven.has(name))).toEqual([]);
  });

  it('speaks of no check that there is not', () => {
    const names = new Set(checks.map(({ name }) => name));
    expect(CASES.map(({ check }) => check).filter((check) => !names.has(check))).toEqual([]);
  });

  it('is of checks that stand in the order of their steps', () => {
    const steps = checks.map(({ step }): number => step);
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));
  });

  it('covers all 29 steps', () => {
    const inTable = checks
      .filter(({ name }) => CASES.some(({ check }) => check === name))
      .map(({ step }): number => step);
    const proven = new Set([...inTable, ...Object.keys(STEPS_PROVEN_ELSEWHERE).map(Number)]);
    expect([...proven].toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 29 }, (_unused, index) => index + 1),
    );
  });
});
