import { BIOMETRIC } from './codes/biometric.js';
import { COMMON, GENERIC } from './codes/common.js';
import { DEMOGRAPHIC } from './codes/demographic.js';
import { ELSEWHERE } from './codes/elsewhere.js';
import { OTP } from './codes/otp.js';
import { PARTNER_AND_POLICY } from './codes/partner.js';
import { type CodeRule, type CodeTable, unheardOf } from './codes/rule.js';
import { SERVICES } from './codes/services.js';

export { type CodeRule, IDA_CALLS, type IdaCall } from './codes/rule.js';
export { GENERIC };

/** Every meaning of every code; the first whose `when` fits applies, and the last has none. */
export type Codes = ReadonlyMap<string, readonly CodeRule[]>;

/**
 * The codes by what they speak of.
 *
 * Sources: codes and texts are `IdAuthenticationErrorConstants.java` of mosip/id-authentication v1.1.5.5, v1.2.0,
 * v1.2.0.1, v1.2.1.2 and v1.3.0; the moment at which each is raised, and by which calls, follows `IdAuthFilter`,
 * `AuthRequestValidator`, `AuthController`, `KycAuthController`, `OTPController`, their facades and the
 * `IMosipAuthFilter` implementations of these versions.
 */
export const CODE_FAMILIES: readonly { readonly title: string; readonly codes: Codes }[] = [
  { title: 'Numbers and messages', codes: codesOf(COMMON) },
  { title: 'Demographic data', codes: codesOf(DEMOGRAPHIC) },
  { title: 'Partner, licence and policy', codes: codesOf(PARTNER_AND_POLICY) },
  { title: 'One-time passwords', codes: codesOf(OTP) },
  { title: 'Captures', codes: codesOf(BIOMETRIC) },
  { title: 'Services behind IDA', codes: codesOf(SERVICES) },
  { title: 'Factors and calls that MTS does not use', codes: codesOf(ELSEWHERE) },
];

/** Every code that IDA declares in one of its versions, or is seen to answer with. */
export const CODES: Codes = new Map(CODE_FAMILIES.flatMap(({ codes }) => [...codes]));

/** A code that this table does not know is no statement about the person: it may be an outage with a new name. */
export const UNKNOWN: CodeRule = unheardOf({
  text: 'a code that this client does not know',
  means: 'IDA answered with a code that MTS does not know.',
  advice:
    'What IDA says with it stands in `errorMessage` of the row that ends with it, and at the time of the call in the log of IDA: look both up in the documentation of this IDA, and report the code. A record is asked about twice before its row ends with it.',
});

/** The meaning of a code with its message. */
export function ruleOf(code: string, message: string, codes: Codes = CODES): CodeRule {
  return codes.get(code)?.find(({ when }) => when === undefined || when.test(message)) ?? UNKNOWN;
}

function codesOf(table: CodeTable): Codes {
  return new Map(Object.entries(table).map(([code, rules]) => [code, [rules].flat()]));
}
