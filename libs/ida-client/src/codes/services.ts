import { type CodeTable, defect, lateSetup, NEVER, outage } from './rule.js';

const advice = 'The MOSIP operator has to look at the services behind IDA.';

/**
 * RST: IDA's own calls to its neighbours. IDR-IDC: the same from 1.2.0 on, where IDA calls them by means of
 * id-repository-core (`RestHelper`, `IdRepoErrorConstants` of mosip/id-repository v1.2.0.1), whose code
 * `IdAuthExceptionHandler.handleIdAppException` puts in the place of its own. EKA: the answer to `/kyc`.
 */
export const SERVICES: CodeTable = {
  'IDA-RST-001': outage({
    text: 'URI should not be empty',
    means: 'A service behind IDA has no address in its configuration.',
    advice,
  }),
  'IDA-RST-002': outage({
    text: 'httpMethod is empty or invalid',
    means: 'A service behind IDA is wrongly configured.',
    advice,
  }),
  'IDA-RST-003': outage({
    text: 'returnType is empty',
    means: 'A service behind IDA is wrongly configured.',
    advice,
  }),
  'IDA-RST-004': outage({
    text: 'Rest service name is empty or invalid',
    calls: NEVER,
    means: 'A service behind IDA is wrongly configured.',
    advice,
  }),
  'IDA-RST-005': outage({
    text: 'Timeout is invalid',
    calls: NEVER,
    means: 'A service behind IDA is wrongly configured.',
    advice,
  }),
  'IDA-RST-006': outage({
    text: '4XX - Client Error occurred',
    means: 'A service behind IDA turned IDA away.',
    advice,
  }),
  'IDA-RST-007': outage({
    text: '5XX - Server Error occurred',
    means: 'A service behind IDA failed.',
    advice,
  }),
  'IDA-RST-008': outage({
    text: 'Connection timed out',
    means: 'A service behind IDA did not answer.',
    advice,
  }),
  'IDA-RST-009': outage({
    text: 'Error Downloading the data file/config file.',
    since: '1.2.0.1',
    calls: NEVER,
    means: 'IDA could not load a part of its configuration.',
    advice,
  }),
  'IDR-IDC-004': outage({
    text: 'Unknown error occurred',
    since: '1.2.0',
    means: 'A service behind IDA failed.',
    advice,
  }),
  'IDR-IDC-008': outage({
    text: '4XX - Client Error occured', // sic
    since: '1.2.0',
    means: 'A service behind IDA turned IDA away.',
    advice,
  }),
  'IDR-IDC-009': outage({
    text: '5XX - Server Error occured', // sic
    since: '1.2.0',
    means: 'A service behind IDA failed.',
    advice,
  }),
  'IDR-IDC-010': outage({
    text: 'Connection timed out',
    since: '1.2.0',
    means: 'A service behind IDA did not answer.',
    advice,
  }),
  'IDA-EKA-001': lateSetup({
    text: 'Unable to encrypt eKYC response',
    calls: NEVER,
    means: "IDA could not encrypt the person's data for the relying party.",
    advice: 'Upload the partner certificate in partner management again.',
  }),
  'IDA-EKA-002': defect({
    text: 'Invalid value in print format request',
    calls: NEVER,
    means: 'IDA does not take a part of the message itself.',
    advice: 'Report it as a defect.',
  }),
};
