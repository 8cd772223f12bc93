/**
 * Tables of J. Verhoeff, "Error Detecting Decimal Codes" (1969), as ChecksumUtils of MOSIP commons 1.2.0.1 holds them.
 * Row j, column k of the first is j·k in the dihedral group D5; row i of the second is the permutation at position i.
 */
const PRODUCTS =
  '0123456789' +
  '1234067895' +
  '2340178956' +
  '3401289567' +
  '4012395678' +
  '5987604321' +
  '6598710432' +
  '7659821043' +
  '8765932104' +
  '9876543210';
const PERMUTATIONS =
  '0123456789' +
  '1576283094' +
  '5803796142' +
  '8916043527' +
  '9453126870' +
  '4286573901' +
  '2793806415' +
  '7046913258';

const DIGITS = /^[0-9]+$/;
const CODE_OF_ZERO = 48;

const lookUp = (table: string, row: number, column: number): number =>
  table.charCodeAt(row * 10 + column) - CODE_OF_ZERO;

/** Whether the last of the digits is the Verhoeff check digit of the others. Anything but ASCII digits is not valid. */
export function isVerhoeffValid(digits: string): boolean {
  if (!DIGITS.test(digits)) return false;
  let check = 0;
  for (let position = 0; position < digits.length; position++) {
    const digit = digits.charCodeAt(digits.length - 1 - position) - CODE_OF_ZERO;
    check = lookUp(PRODUCTS, check, lookUp(PERMUTATIONS, position % 8, digit));
  }
  return check === 0;
}
