import { isVerhoeffValid } from './verhoeff.js';

/** The two kinds of number that IDA knows a person by, spelled as in its `individualIdType`. */
export type IndividualIdType = 'UIN' | 'VID';

/** How many digits each kind has, check digit included; a MOSIP deployment may configure others. */
export type IndividualIdLengths = Readonly<Record<IndividualIdType, number>>;

/** `mosip.kernel.uin.length` and `mosip.kernel.vid.length` of mosip-config 1.2.0.1. */
const DEFAULT_LENGTHS: IndividualIdLengths = { UIN: 10, VID: 16 };

/**
 * What the number can be, by all that IDA 1.2 and later check before they look it up: digits only, the right length, a
 * Verhoeff check digit. `undefined`: neither, IDA would refuse it. Where both have one length it is a UIN, which IDA
 * tries first.
 *
 * @param lengths default: UIN 10, VID 16 digits
 */
export function individualIdType(
  id: string,
  lengths: IndividualIdLengths = DEFAULT_LENGTHS,
): IndividualIdType | undefined {
  if (!isVerhoeffValid(id)) return undefined;
  if (id.length === lengths.UIN) return 'UIN';
  if (id.length === lengths.VID) return 'VID';
  return undefined;
}
