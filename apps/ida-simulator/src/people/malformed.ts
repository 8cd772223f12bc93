import type { Random } from './random.js';
import type { Row } from './row.js';

/** A way in which a row can be malformed, and the code with which the token seeder refuses it before it asks IDA. */
interface Defect {
  readonly errorCode: string;
  readonly apply: (row: Row) => Row;
}

const DEFECTS: readonly Defect[] = [
  { errorCode: 'ATS-REQ-002', apply: (row) => ({ ...row, vid: withOtherCheckDigit(row.vid) }) },
  {
    errorCode: 'ATS-REQ-002',
    apply: (row) => ({ ...row, vid: `${row.vid.slice(0, 4)}AB${row.vid.slice(6)}` }),
  },
  { errorCode: 'ATS-REQ-002', apply: (row) => ({ ...row, vid: row.vid.slice(0, -1) }) },
  { errorCode: 'ATS-REQ-009', apply: (row) => ({ ...row, vid: '' }) },
  { errorCode: 'ATS-REQ-003', apply: (row) => ({ ...row, name: '' }) },
  { errorCode: 'ATS-REQ-004', apply: (row) => ({ ...row, gender: '' }) },
  { errorCode: 'ATS-REQ-005', apply: (row) => ({ ...row, gender: '???' }) },
  { errorCode: 'ATS-REQ-006', apply: (row) => ({ ...row, dob: '' }) },
  { errorCode: 'ATS-REQ-007', apply: (row) => ({ ...row, dob: '1990/02/30' }) },
  { errorCode: 'ATS-REQ-007', apply: (row) => ({ ...row, dob: '25/11/1990' }) },
  { errorCode: 'ATS-REQ-008', apply: (row) => ({ ...row, fullAddress: '' }) },
];

export function malformed(random: Random, row: Row): { readonly row: Row; readonly errorCode: string } {
  const { apply, errorCode } = random.pick(DEFECTS);
  return { row: apply(row), errorCode };
}

function withOtherCheckDigit(id: string): string {
  return id.slice(0, -1) + String((Number(id.slice(-1)) + 1) % 10);
}
