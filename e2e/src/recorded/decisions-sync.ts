import {
  askedAbout,
  type Decision,
  type Decisions,
  forAll,
  JOHN,
  JOHNS_TOKEN,
  schemaRefusal,
  TAKEN,
} from './decision.js';
import type { ErrorPair, Expectation, ExpectedAnswer } from './expectation.js';

function answered(
  status: number,
  errors: readonly ErrorPair[] | null,
  response: object | null,
): ExpectedAnswer {
  return { status, errors, response };
}

export const SYNC_DEVIATIONS: Decisions = {
  'sync/sync-csv-endpoint': {
    here: 'The list is taken in',
    because: 'One process serves both: a list of people and one person whose answer is waited for.',
    instead: {
      answer: TAKEN,
      rawBody: undefined,
      finalStatus: 'processed',
      asked: [askedAbout(JOHN, { fullAddress: [{ language: 'eng', value: 'Kenitra, Rabat 14011' }] })],
    },
  },
};

const NO_AUTHDATA: Decision = {
  here: 'The fields that a list needs are named',
  because: 'Without authdata nothing shows that one person was meant, and one process serves both.',
  instead: schemaRefusal('request.output: field required', 'request.deliverytype: field required'),
};

export const SYNC_QUIRKS: Decisions = forAll(
  ['sync/sync-authdata-missing', 'sync/sync-authdata-null'],
  NO_AUTHDATA,
);

const SILENCE = 'no answer of IDA about this person arrived, twice; the person may have been notified';

const NOT_ASKED =
  'IDA cannot be asked now: IDA refuses to be asked about this record as it stands (IDA-MPA-009), and about no other. Nothing was kept, and nobody was asked; try again in 30 s';

/** IDA was asked twice, and has not said whether it is this person. */
function silence(individualId: string): Decision {
  const instead: Partial<Expectation> = {
    answer: answered(503, [['MTS-IDA-001', SILENCE]], null),
    asked: [askedAbout(individualId), askedAbout(individualId)],
  };
  return {
    here: '503 with MTS-IDA-001, after a second try',
    because: 'Whether IDA has decided is not known, and that must not look like a refusal.',
    instead,
  };
}

export const SYNC_BUGS: Decisions = {
  'sync/sync-gender-number': {
    here: 'IDA is asked with the gender 1',
    because: 'Numbers become their exact text.',
    instead: {
      answer: answered(200, null, { authStatus: true, authToken: JOHNS_TOKEN }),
      asked: [askedAbout(JOHN, { gender: [{ language: 'eng', value: '1' }] })],
    },
  },
  'sync/sync-ida-ok-but-errors-too': {
    here: 'IDA’s own error',
    because: 'The caller learns what IDA said.',
    instead: { answer: answered(200, [['IDA-MLC-002', 'Invalid UIN']], { authStatus: false }) },
  },
  'sync/sync-ida-response-null': {
    here: '503 with MTS-SYNC-002, which names IDA’s code, after the set-up was found to be sound for others',
    because: 'It is about the partner and not the person; nothing is kept, so the caller tries again.',
    instead: {
      answer: answered(503, [['MTS-SYNC-002', NOT_ASKED]], null),
      asked: Array.from({ length: 3 }, () => askedAbout('9990400000000002')),
    },
  },
  'sync/sync-ida-http500-html': silence('9990200000000002'),
  'sync/sync-ida-connection-reset': silence('9990500000000002'),
  'sync/sync-ida-http503-no-response-key': silence('9990700000000002'),
};
