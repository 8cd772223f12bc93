import { answered, choice, type CodeTable, MATCHING, outage, passing } from './rule.js';

/** DEA: the comparison of demographic data. IDV: what stands in IDA's own database, and its notifications. */
export const DEMOGRAPHIC: CodeTable = {
  'IDA-DEA-001': answered({
    text: 'Demographic data %s did not match',
    otherTexts: ['Demographic data %s in %s did not match'],
    calls: MATCHING,
    means: 'The attribute that the message names differs from what the ID system has stored.',
    advice: "Compare it with the person's ID document; a corrected row can be handed in as a new one.",
  }),
  'IDA-DEA-002': choice({
    text: 'Unsupported Language Code - %s',
    calls: MATCHING,
    means: 'The country does not use this language, or it is not written as three letters such as `eng`.',
    advice: 'Choose a language of the country for the list.',
  }),
  'IDA-DEA-003': answered({
    text: 'Demographic data %s not available in database',
    otherTexts: ['Demographic data %s in %s not available in database'],
    calls: MATCHING,
    means: 'The ID system has no such attribute of the person, or not in this language.',
    advice: 'Leave the attribute out; where all rows say so, the mapping of the list is wrong.',
  }),
  'IDA-IDV-001': answered({
    text: 'Input Data Validation Failed',
    means: 'IDA cannot read what it has stored for the person.',
    advice:
      "The ID authority has to mend the person's record; where all rows say so, ask the MOSIP operator.",
  }),
  'IDA-IDV-002': passing({
    text: 'Invalid email notification data',
    since: '1.3.0',
    means: 'IDA could not write its e-mail to the person, and its answer was lost with it.',
    advice:
      'A person is asked about twice before the row ends so, and can be asked again then (`retry`). Where it stays, ask the MOSIP operator.',
  }),
  'IDA-IDV-003': outage({
    text: 'Mail service failed',
    since: '1.3.0',
    means: "IDA's mail service fails, and its answers are lost with it.",
    advice: 'The MOSIP operator has to look at the notification service.',
  }),
};
