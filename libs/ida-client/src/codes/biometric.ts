import { answered, type CodeTable, MATCHING, NEVER, passing } from './rule.js';

const AGAIN = 'Capture again.';

/** BIA: the comparison of captures. DPM: the devices that make them. */
export const BIOMETRIC: CodeTable = {
  'IDA-BIA-001': answered({
    text: 'Biometric data%s did not match',
    calls: MATCHING,
    means: 'The capture does not match the one that the ID system has stored.',
    advice: 'Capture again, if the person is there.',
  }),
  'IDA-BIA-002': answered({
    text: 'Duplicate fingers in request',
    calls: MATCHING,
    means: 'One finger was captured twice.',
    advice: AGAIN,
  }),
  'IDA-BIA-003': answered({
    text: 'Number of Fingers should not exceed %s',
    calls: MATCHING,
    means: 'Too many fingers were captured.',
    advice: AGAIN,
  }),
  'IDA-BIA-004': answered({
    text: 'Device not registered with MOSIP',
    calls: NEVER,
    means: 'MOSIP does not know the device of the capture.',
    advice: 'Capture again with a registered device.',
  }),
  'IDA-BIA-005': answered({
    text: 'Device provider not registered with MOSIP',
    calls: NEVER,
    means: 'MOSIP does not know the maker of the device.',
    advice: 'Capture again with a registered device.',
  }),
  'IDA-BIA-006': answered({
    text: 'Biometric data %s not available in database',
    calls: MATCHING,
    means: 'The ID system has no such capture of the person.',
    advice: 'Use another finger, iris or the face.',
  }),
  'IDA-BIA-007': answered({
    text: 'Duplicate Irises in request',
    calls: MATCHING,
    means: 'One iris was captured twice.',
    advice: AGAIN,
  }),
  'IDA-BIA-008': answered({
    text: 'Number of Iris should not exceed 2',
    calls: MATCHING,
    means: 'Too many irises were captured.',
    advice: AGAIN,
  }),
  'IDA-BIA-009': answered({
    text: 'Number of FACE records should not exceed 1',
    calls: MATCHING,
    means: 'More than one face was captured.',
    advice: AGAIN,
  }),
  'IDA-BIA-010': answered({
    text: 'Single FMR record contains more than one finger',
    calls: NEVER,
    means: 'One record of the capture holds several fingers.',
    advice: AGAIN,
  }),
  'IDA-BIA-011': answered({
    text: 'Invalid biometric data',
    calls: NEVER,
    means: 'IDA cannot read the capture.',
    advice: AGAIN,
  }),
  'IDA-BIA-012': answered({
    text: 'MDS verification failed',
    calls: NEVER,
    means: 'MOSIP does not trust the software of the device.',
    advice: 'Capture again with a registered device.',
  }),
  'IDA-BIA-014': answered({
    text: 'Hash Validation Failed',
    calls: MATCHING,
    means: 'The parts of the capture do not belong together.',
    advice: AGAIN,
  }),
  'IDA-BIA-015': answered({
    text: 'Signature Validation Failed',
    calls: NEVER,
    means: "The device's signature does not fit the capture.",
    advice: 'Capture again with a registered device.',
  }),
  'IDA-BIA-016': passing({
    text: 'Unable to Perform Quality Check due to a Technical Issue',
    calls: NEVER,
    means: "IDA's quality check failed, not the capture.",
    advice: 'Ask again later.',
  }),
  'IDA-BIA-017': passing({
    text: 'Unable to Perform Biometric Match due to a Technical Issue',
    calls: NEVER,
    means: "IDA's comparison failed, not the capture.",
    advice: 'Ask again later.',
  }),
  'IDA-BIA-018': passing({
    text: 'Unable to Process the Request due to a Technical Issue',
    calls: MATCHING,
    means: "IDA's comparison failed, not the capture.",
    advice: 'Ask again later.',
  }),
  'IDA-DPM-001': answered({
    text: 'Device is not registered with MOSIP',
    calls: MATCHING,
    means: 'MOSIP does not know the device of the capture.',
    advice: 'Capture again with a registered device.',
  }),
  'IDA-DPM-002': answered({
    text: 'MDS is not registered with MOSIP',
    calls: MATCHING,
    means: 'MOSIP does not know the software of the device.',
    advice: 'Capture again with a registered device.',
  }),
  'IDA-DPM-004': answered({
    text: 'Device Type and Biometric Type do not match',
    calls: MATCHING,
    means: 'The device cannot make this kind of capture.',
    advice: 'Capture again with the right device.',
  }),
};
