import { describe, expect, it } from 'vitest';

import { mayBeAskedAgain } from './ask-again.js';
import { CODES } from './codes.js';

describe('a record may be asked about again', () => {
  it.each(['MTS-IDA-001', 'MTS-IDA-006', 'MTS-IDA-105', 'IDA-MPA-003', 'IDA-MLC-007', 'IDA-XYZ-999'])(
    'when it ended with %s, for IDA has said nothing of the person',
    (code) => {
      expect(mayBeAskedAgain(code)).toBe(true);
    },
  );

  it.each([
    ['IDA-DEA-001', 'a mismatch'],
    ['IDA-MLC-018', 'a VID that is used up'],
    ['IDA-MLC-006', 'in one of its meanings the record is at fault'],
    ['ATS-REQ-009', 'a record without a number'],
    ['ATS-REQ-103', 'several errors of IDA'],
    ['MTS-IDA-003', 'a one-time password that may be used up'],
    ['MTS-IDA-107', 'a refusal without a reason'],
  ])('but not when it ended with %s: %s', (code) => {
    expect(mayBeAskedAgain(code)).toBe(false);
  });

  it('after no code that speaks of the person, but for the one that IDA says everything with', () => {
    const ofPersons = [...CODES].filter(([, rules]) => rules.some((rule) => rule.faultClass === 'record'));
    expect(ofPersons.map(([code]) => code).filter(mayBeAskedAgain)).toEqual(['IDA-MLC-007']);
  });
});
