import { expect, it } from 'vitest';

import { tallyOf, type VitestReport } from './vitest-report.js';

const passed = { status: 'passed' };
const failed = { status: 'failed' };

function report(testResults: VitestReport['testResults']): VitestReport {
  const tests = testResults.flatMap((file) => file.assertionResults);
  const count = (status: string): number => tests.filter((test) => test.status === status).length;
  return { numPassedTests: count('passed'), numFailedTests: count('failed'), testResults };
}

it('counts tests', () => {
  const files = [
    { status: 'passed', assertionResults: [passed, passed, { status: 'skipped' }] },
    { status: 'failed', assertionResults: [passed, failed] },
  ];
  expect(tallyOf(report(files), 1)).toEqual({ passed: 3, failed: 1 });
});

it('counts a file that cannot be loaded as one failure', () => {
  const files = [
    { status: 'passed', assertionResults: [passed] },
    { status: 'failed', assertionResults: [] },
  ];
  expect(tallyOf(report(files), 1)).toEqual({ passed: 1, failed: 1 });
});

it('counts a run that fails in no test as one failure', () => {
  expect(tallyOf(report([{ status: 'passed', assertionResults: [passed] }]), 1)).toEqual({
    passed: 1,
    failed: 1,
  });
});

it('counts a crash as one failure, be it by a signal', () => {
  expect(tallyOf(undefined, null)).toEqual({ passed: 0, failed: 1 });
});
