import type { JsonObject } from './json-value.js';

/**
 * Terms used everywhere, as MOSIP uses them:
 *
 * - **relying party**: the organisation that asks; MOSIP knows it as an *auth partner* with an API key.
 * - **MISP licence key**: the licence of the infrastructure provider through which the relying party reaches IDA.
 * - **UIN / VID**: a person's lasting number, and the numbers that stand in for it. Either is an `individualId`.
 * - **Token ID** (`authToken`): the relying party's own lasting identifier of a person; the same for all of that
 *   person's UIN and VIDs. Personal data, like all of the above.
 * - **request**: one list handed in. **record**: one person in it, known by its `line`, counted from 1.
 * - **outcome**: what became of a record. **delivery**: handing the results to where the caller wants them.
 */
export interface LanguageValue {
  /** ISO 639-2/3, three letters, exactly as MOSIP is configured (`eng`). */
  readonly language: string;
  readonly value: string;
}

/** The demographic attributes that IDA compares; one that is absent is not compared. */
export interface Demographics {
  readonly name?: readonly LanguageValue[];
  readonly gender?: readonly LanguageValue[];
  /** `YYYY/MM/DD`, the only form that IDA's default configuration reads. */
  readonly dob?: string;
  readonly phoneNumber?: string;
  readonly emailId?: string;
  readonly fullAddress?: readonly LanguageValue[];
}

/** A record after mapping: what IDA is asked. */
export interface Person {
  readonly individualId: string;
  readonly demographics: Demographics;
}

/** The fields a mapping can name, in the order in which the original lists them. */
export const AUTH_FIELDS = ['vid', 'name', 'gender', 'dob', 'phoneNumber', 'emailId', 'fullAddress'] as const;
export type AuthField = (typeof AUTH_FIELDS)[number];

/** One record as it was handed in, before mapping. */
export type ReceivedRecord = JsonObject;
