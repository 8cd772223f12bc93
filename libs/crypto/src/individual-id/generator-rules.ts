import type { IndividualIdType } from './individual-id-type.js';
import { isVerhoeffValid } from './verhoeff.js';

/**
 * What no generated number contains, under the limits that commons 1.1.5 sets for its id generators
 * (kernel-idgenerator-service, application-local.properties, `mosip.kernel.{uin,vid}.*`).
 */
const NEVER_IN_BOTH: readonly RegExp[] = [
  // not-start-with
  /^[01]/,
  // sequence-limit=3; the kernel does not let a sequence wrap from 9 to 0
  /012|123|234|345|456|567|678|789/,
  /987|876|765|654|543|432|321|210/,
  // repeating-limit=2: a digit again, next to itself or one further
  /(\d)\d?\1/,
  // repeating-block-limit=2: two or more digits again, anywhere
  /(\d{2,}).*\1/,
  // restricted-numbers=786,666; the second repeats a digit
  /786/,
];
/** conjugative-even-digits-limit=3 */
const NEVER_IN_UIN = /[2468]{3}/;
/** reverse-digits-limit=5. The same digits-limit needs no check: such a UIN repeats a block. */
const UIN_END_LENGTH = 5;

/**
 * Whether MOSIP's own generators could have made this number: what the kernel's UinValidatorImpl and VidValidatorImpl
 * (commons 1.1.5) demand, but for its length. Advice only: IDA 1.2 and later do not ask for it and countries change
 * the limits, so a number that fails may still be somebody's.
 */
export function followsGeneratorRules(id: string, type: IndividualIdType): boolean {
  if (!isVerhoeffValid(id) || NEVER_IN_BOTH.some((pattern) => pattern.test(id))) return false;
  return type === 'VID' || followsUinRules(id);
}

function followsUinRules(uin: string): boolean {
  const lastReversed = Array.from(uin.slice(-UIN_END_LENGTH)).toReversed().join('');
  return !NEVER_IN_UIN.test(uin) && !uin.startsWith(lastReversed);
}
