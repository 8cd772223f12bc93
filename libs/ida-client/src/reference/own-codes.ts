import { CATALOGUE, type ErrorCode, type FaultClass } from '@mts/domain';

/** The codes of the token seeder's own that speak of a call to IDA. */
type OwnCode = Extract<ErrorCode, `MTS-IDA-${string}`>;

/** Class of each; a code of the catalogue without one does not compile. `MTS-IDA-103` is transient from HTTP 500 on. */
const CLASSES: Readonly<Record<OwnCode, readonly FaultClass[]>> = {
  'MTS-IDA-001': ['record'],
  'MTS-IDA-002': ['record'],
  'MTS-IDA-003': ['record'],
  'MTS-IDA-004': ['record'],
  'MTS-IDA-005': ['record'],
  'MTS-IDA-006': ['record'],
  'MTS-IDA-007': ['record'],
  'MTS-IDA-101': ['transient'],
  'MTS-IDA-102': ['transient'],
  'MTS-IDA-103': ['transient', 'configuration'],
  'MTS-IDA-104': ['configuration'],
  'MTS-IDA-105': ['configuration'],
  'MTS-IDA-106': ['configuration'],
  'MTS-IDA-107': ['record'],
  'MTS-IDA-108': ['configuration'],
  'MTS-IDA-109': ['configuration'],
  'MTS-IDA-110': ['configuration'],
  'MTS-IDA-111': ['configuration'],
};

export interface OwnCodeRow {
  readonly code: string;
  readonly text: string;
  readonly advice: string;
  readonly classes: readonly FaultClass[];
}

export const OWN_CODES: readonly OwnCodeRow[] = (Object.keys(CLASSES) as OwnCode[]).map((code) => ({
  code,
  text: CATALOGUE[code].text({}),
  advice: CATALOGUE[code].advice,
  classes: CLASSES[code],
}));
