import { describe, expect, it } from 'vitest';

import { adviceOf } from './advice.js';
import { CATALOGUE, type ErrorCode } from './catalogue.js';
import { IDA_ADVICE } from './ida-advice-table.js';

const NAME_DIFFERS =
  "The attribute that the message names differs from what the ID system has stored. Compare it with the person's ID document; a corrected row can be handed in as a new one.";

describe('the advice for an error in a row', () => {
  it('is that of IDA’s code, by its message where it has several meanings', () => {
    expect(adviceOf('IDA-DEA-001', 'Demographic data name in eng did not match')).toBe(NAME_DIFFERS);
    const [born, name] = ['dob', 'name'].map((field) =>
      adviceOf('IDA-MLC-009', `Invalid Input Parameter - request/demographics/${field}`),
    );
    expect(born).toMatch(/date of birth/);
    expect(name).not.toBe(born);
  });

  it('is that of our own code', () => {
    expect(adviceOf('ATS-REQ-002', '')).toBe(CATALOGUE['ATS-REQ-002'].advice);
    expect(adviceOf('MTS-IDA-002', '')).toBe(CATALOGUE['MTS-IDA-002'].advice);
  });

  it.each([
    ['404', 'must end in /auth'],
    ['403', 'does not let this machine in'],
    ['429', 'lets no more calls through'],
    ['503', 'overloaded, broken or away'],
    ['302', 'sends calls elsewhere'],
    ['405', 'turns calls away'],
  ])('of HTTP %s says what that status asks for, and nothing of another', (status, said) => {
    const advice = adviceOf('MTS-IDA-103', `an HTTP error (ida.example.org: HTTP ${status})`);
    expect(advice).toContain(said);
    expect(advice).not.toContain('HTTP');
  });

  it('of an HTTP error without a status says what each asks for', () => {
    expect(adviceOf('MTS-IDA-103', '')).toBe(CATALOGUE['MTS-IDA-103'].advice);
  });

  it('of several errors has a sentence for each, and none twice', () => {
    const message =
      'IDA-DEA-001::Demographic data name in eng did not match,IDA-MLC-018::a, b::c not available,IDA-DEA-001::x';
    expect(adviceOf('ATS-REQ-103', message)).toBe(
      `${NAME_DIFFERS} ${adviceOf('IDA-MLC-018', 'a, b::c not available')}`,
    );
  });

  it('of a code that nobody knows says so', () => {
    for (const code of ['IDA-XYZ-999', 'toString', '']) {
      expect(adviceOf(code, '')).toMatch(/a code that MTS does not know/);
    }
  });

  it.each([...Object.keys(IDA_ADVICE), ...(Object.keys(CATALOGUE) as ErrorCode[])])(
    'is a whole sentence, and holds nothing of a message: %s',
    (code) => {
      expect(adviceOf(code, 'planted')).toMatch(/^[A-Z`][^]*\.$/);
      expect(adviceOf(code, 'planted')).not.toContain('planted');
    },
  );
});
