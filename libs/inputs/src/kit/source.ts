import type { ReceivedRecord } from '@mts/domain';

/** One record of a list, as an input hands it on. */
export interface SourceRecord {
  /** Place in the list, counted from 1; results come back in this order. */
  readonly line: number;
  /** Never inherits: a field is there only as an own property. */
  readonly record: ReceivedRecord;
  /** Its names in their order, where an object would not keep it (ECMA-262, 10.1.11.1: integers go first). */
  readonly names?: readonly string[] | undefined;
}

/** What the rest of the system needs to know of an input; request schemas, documents and forms follow from it. */
export interface InputDescriptor<Id extends string = string> {
  /** Name of the input's folder and last segment of its path, `/authtoken/{id}`. */
  readonly id: Id;
  /** For people. */
  readonly title: string;
  /** Media types in which the list itself may arrive; the first is the usual one. */
  readonly mediaTypes: readonly [string, ...string[]];
}
