import { CALLBACK_DEVIATIONS } from './decisions-callback.js';
import { ODK_DEVIATIONS } from './decisions-odk.js';
import { SYNC_DEVIATIONS } from './decisions-sync.js';
import {
  type Decision,
  type Decisions,
  forAll,
  JOHN,
  MISMATCHED,
  ownRefusal,
  schemaRefusal,
  textFile,
} from './decision.js';

const NAMED = 'The text names the field, which the original leaves to guesswork (ATS-REQ-102).';

/** What the schema refuses, with the field before the original's text. */
function named(text: string): Decision {
  return { here: `“Invalid Input. ${text}”`, because: NAMED, instead: schemaRefusal(text) };
}

/** A text that 1.1 begins with "invalid input. ", and 1.0.1 does not. */
function textOf11(text: string): Decision {
  return {
    here: `“invalid input. ${text}”`,
    because: 'Where 1.0.1 and 1.1 differ, 1.1 is the wire.',
    instead: ownRefusal(text),
  };
}

const NOT_JSON: Decision = {
  here: '“Invalid Input. this is not valid JSON (line 3, column 2)”',
  because: "The original answers with the words of Python's parser.",
  instead: schemaRefusal('this is not valid JSON (line 3, column 2)'),
};

const SCHEMA: Decisions = {
  ...forAll(['dev/json-null-id', 'main/json-null-id'], named('id: none is not an allowed value')),
  ...forAll(['dev/json-output-missing', 'main/json-output-missing'], named('request.output: field required')),
  'main/json-delivery-missing': named('request.deliverytype: field required'),
  ...forAll(['dev/map-null', 'main/map-null'], named('request.mapping: none is not an allowed value')),
  ...forAll(
    ['dev/json-authdata-list-of-strings', 'main/json-authdata-list-of-strings'],
    named('request.authdata: value is not a valid dict'),
  ),
  ...forAll(
    ['dev/csv-request-malformed-json', 'main/csv-request-malformed-json'],
    named('request: Invalid JSON'),
  ),
  ...forAll(
    ['dev/odk-config-missing', 'main/odk-config-missing'],
    named('request.odkconfig: field required'),
  ),
  'dev/cb-odoo-password-missing': named('request.callbackProperties.authOdoo.password: field required'),
  'dev/cb-timeout-string': named('request.callbackProperties.timeoutSeconds: value is not a valid integer'),
  'dev/cb-props-string': named('request.callbackProperties: value is not a valid dict'),
  ...forAll(['dev/json-malformed-missing-comma', 'main/json-malformed-missing-comma'], NOT_JSON),
};

const TEXTS_OF_1_1: Decisions = {
  ...forAll(
    ['main/json-requesttime-no-ms', 'main/json-requesttime-bad', 'main/json-requesttime-offset'],
    textOf11('requesttime is not in valid format'),
  ),
  'main/json-output-empty': textOf11('output type is not mentioned'),
  'main/json-output-unsupported': textOf11('output type is not supported'),
  ...forAll(
    ['main/json-delivery-unsupported', 'main/json-delivery-sync'],
    textOf11('delivery type is not supported'),
  ),
  ...forAll(
    ['main/csv-missing-request', 'main/csv-json-body-instead-of-multipart'],
    textOf11('missing request body'),
  ),
};

/** Cases of the contract in which we do otherwise, for a reason that stands beside each. */
export const DEVIATIONS: Decisions = {
  ...SCHEMA,
  ...TEXTS_OF_1_1,
  'main/fmt-main-ignores-outputformat': {
    here: 'The rows are as the outputFormat says',
    because: 'Where 1.0.1 and 1.1 differ, 1.1 is the wire; who gives a format wants it.',
    instead: { file: textFile(`[{"x": "${JOHN}"},{"x": "${MISMATCHED}"},{"x": null}]`) },
  },
  ...ODK_DEVIATIONS,
  ...CALLBACK_DEVIATIONS,
  ...SYNC_DEVIATIONS,
};
