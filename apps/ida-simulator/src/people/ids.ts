import { checkDigit } from '../verhoeff.js';
import type { Random } from './random.js';

export type IdKind = 'UIN' | 'VID';

/**
 * How the payloads (ids without their check digit) of a kind are gone through: a Weyl sequence, that is, ever the same
 * step modulo the number of payloads. The step has no factor in common with it, so none comes twice, whatever the start,
 * and nothing has to be remembered. It is the golden section of the range, which spreads the numbers evenly.
 */
const SEQUENCES: Readonly<
  Record<IdKind, { readonly lowest: number; readonly range: number; readonly step: number }>
> = {
  UIN: { lowest: 2e8, range: 8e8, step: 494_427_191 },
  VID: { lowest: 2e14, range: 8e14, step: 494_427_190_999_917 },
};

/** UINs (10 digits) or VIDs (16) as MOSIP's generators make them; each only once. */
export class IdSequence {
  readonly #kind: IdKind;
  #position: number;

  constructor(kind: IdKind, random: Random) {
    this.#kind = kind;
    this.#position = random.integer(SEQUENCES[kind].range);
  }

  next(): string {
    const { lowest, range, step } = SEQUENCES[this.#kind];
    let position = this.#position;
    for (;;) {
      const payload = lowest + position;
      position = position + step < range ? position + step : position + step - range;
      // One payload in 86 makes a VID, so most are dropped before they become text.
      if (!hasSoundGroups(payload)) continue;
      const id = String(payload) + checkDigit(String(payload));
      if (!isAllowed(this.#kind, id)) continue;
      this.#position = position;
      return id;
    }
  }
}

/**
 * The rules of MOSIP's generators and of the validators of IDA 1.1.5
 * (commons v1.2.0.1 `UinFilterUtil`, `VidFilterUtils`; mosip-config v1.2.0.1 `mosip.kernel.uin.*`, `mosip.kernel.vid.*`).
 */
export function isAllowed(kind: IdKind, id: string): boolean {
  if (!/^[2-9]\d+$/.test(id) || !followsCommonRules(id)) return false;
  return kind === 'VID' || followsUinRules(id);
}

/** No digit again at distance 1 or 2, no run like 345 or 543, no block of two digits twice, no 786. */
function followsCommonRules(digits: string): boolean {
  const blocks = new Set<number>();
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digitAt(digits, index);
    const next = digitAt(digits, index + 1);
    const afterNext = digitAt(digits, index + 2);
    if (digit === next || digit === afterNext) return false;
    if (Math.abs(next - digit) === 1 && afterNext - next === next - digit) return false;
    if (blocks.has(digit * 10 + next)) return false;
    blocks.add(digit * 10 + next);
  }
  return !digits.includes('786');
}

/** No three even digits in a row, and the halves neither equal nor mirrored. */
function followsUinRules(uin: string): boolean {
  const [first, last] = [uin.slice(0, 5), uin.slice(-5)];
  return !/[2468]{3}/.test(uin) && first !== last && first !== last.split('').toReversed().join('');
}

/** NaN beyond the end, which equals nothing. */
function digitAt(digits: string, index: number): number {
  return digits.charCodeAt(index) - 0x30;
}

const GROUP = 10_000;
const PAIR = 100;
/** By four digits: 1 if they follow the common rules, as any four neighbours in an id must. */
const IS_SOUND_GROUP = Uint8Array.from({ length: GROUP }, (_unused, digits) =>
  Number(followsCommonRules(String(digits).padStart(4, '0'))),
);

/** Whether four neighbours follow the rules, and the four that begin two digits before them, and so on. */
function hasSoundGroups(payload: number): boolean {
  for (let rest = payload; rest >= GROUP / 10;) {
    const above = Math.floor(rest / PAIR);
    if (IS_SOUND_GROUP[rest - Math.floor(above / PAIR) * GROUP] === 0) return false;
    rest = above;
  }
  return true;
}
