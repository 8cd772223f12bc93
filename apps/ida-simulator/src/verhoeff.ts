/**
 * Verhoeff's check digit, J. Verhoeff, "Error Detecting Decimal Codes" (1969); MOSIP commons 1.2.0.1 `ChecksumUtils`.
 * DIHEDRAL is the multiplication of the dihedral group D5, PERMUTATION its position-wise permutation.
 */
const DIHEDRAL = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
].map(digits);
const PERMUTATION = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
].map(digits);
const INVERSE = digits('0432156789');

/** @param number digits only, the check digit last */
export function hasValidCheckDigit(number: string): boolean {
  return checksum(number, 0) === 0;
}

/** The digit that makes `payload` valid when put after it. */
export function checkDigit(payload: string): string {
  return String(at(INVERSE, checksum(payload, 1)));
}

function checksum(number: string, firstPosition: number): number {
  let sum = 0;
  for (let position = firstPosition, index = number.length - 1; index >= 0; position += 1, index -= 1) {
    const permuted = at(at(PERMUTATION, position % PERMUTATION.length), Number(number.charAt(index)));
    sum = at(at(DIHEDRAL, sum), permuted);
  }
  return sum;
}

function digits(text: string): readonly number[] {
  return text.split('').map(Number);
}

function at<Item>(list: readonly Item[], index: number): Item {
  const item = list[index];
  if (item === undefined) throw new RangeError('Verhoeff check of something that is not digits');
  return item;
}
