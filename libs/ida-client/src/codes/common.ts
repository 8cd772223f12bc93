import {
  answered,
  choice,
  type CodeTable,
  defect,
  lateSetup,
  MATCHING,
  NEVER,
  outage,
  passing,
  refused,
  setup,
} from './rule.js';

/**
 * Parameters that the caller's data fills: demographic attributes, their languages, the number itself, an OTP, a
 * capture (`BaseAuthRequestValidator`, `AuthRequestValidator`, `MatchInputBuilder`).
 */
const OF_THE_RECORD =
  /- (?:request\/(?:demographics|biometrics)\/.*|bioValue for .*|dob|age|DOBType|LanguageCode|individualId|OTP|pinValue|[\w.-]+: language)$/;
/** What 002 and 004 say of a number. Not of IDA itself, but of stand-ins for it that know but one code for all input. */
const OF_THE_NUMBER = /^Invalid (?:UIN|VID)$/;
/** Parameters that stand in the configuration: domainUri and env must be on IDA's lists (since 1.2.0-rc1). */
const OF_THE_SETUP = /- (?:request\/(?:domainUri|env)|individualIdType)$/;

/**
 * IDA's way of saying "something": from 1.2.0 it stands in front of the code that tells what. It counts only where it
 * stands alone, as for an unreadable envelope, an exception, or letters in a number of the right length.
 */
export const GENERIC = passing({
  text: 'Request could not be processed. Please try again',
  otherTexts: ['Request could not be processed. Please try again - template not found: %s'],
  means: 'IDA stumbled over this call and does not say why; beside another code it means nothing.',
  advice:
    'A person is asked about twice before the row ends so, and can be asked again then (`retry`). Where it stays, look for the time of the call in the log of IDA.',
});

/** MLC: what every call has. Validators run before the person is looked up; 003, 005, 010, 018, 023 are the look-up. */
export const COMMON: CodeTable = {
  'IDA-MLC-001': defect({
    text: 'Request to be received at MOSIP within %s seconds',
    otherTexts: [
      'Request to be received at MOSIP within %s seconds. Attribute: %s',
      'Request to be received at MOSIP within %s minutes',
    ],
    means: 'The clock of this machine and the clock of IDA differ by more than IDA allows.',
    advice: 'Set both clocks by NTP; the message names the difference.',
  }),
  'IDA-MLC-002': refused({
    text: 'Invalid UIN',
    means: 'The number is no UIN: its length or its check digit is wrong.',
    advice: 'Correct the number and hand the row in again.',
  }),
  'IDA-MLC-003': answered({
    text: 'UIN has been deactivated',
    calls: MATCHING,
    means: "The person's UIN is no longer active.",
    advice: 'The person has to ask the ID authority why.',
  }),
  'IDA-MLC-004': refused({
    text: 'Invalid VID',
    means: 'The number is no VID: its length or its check digit is wrong.',
    advice: 'Correct the number and hand the row in again.',
  }),
  'IDA-MLC-005': answered({
    text: '%s',
    calls: NEVER,
    means: 'The VID has expired.',
    advice: 'Ask the person for a new VID.',
  }),
  'IDA-MLC-006': [
    refused({
      text: 'Missing Input Parameter - %s',
      when: OF_THE_RECORD,
      means: 'An attribute, its language or the number is missing in this row; the message names it.',
      advice: 'Fill it in and hand the row in again.',
    }),
    defect({
      text: 'Missing Input Parameter - %s',
      means: 'A part of the message itself is missing, such as a header or `requestTime`, not of the row.',
      advice: 'Look whether a proxy strips headers or the version is wrong; else report it as a defect.',
    }),
  ],
  'IDA-MLC-007': [
    // ChildAuthFilterImpl: the stored date of birth cannot be read; no other call for this person fares better.
    answered({
      text: 'Request could not be processed. Unable to parse %s from DB.',
      when: /Unable to parse .* from DB/,
      since: '1.2.0',
      calls: MATCHING,
      means: 'IDA cannot read the date of birth that it has stored for the person.',
      advice: "The ID authority has to mend the person's record.",
    }),
    GENERIC,
  ],
  'IDA-MLC-008': refused({
    text: 'No authentication type selected',
    calls: MATCHING,
    means: 'The row holds nothing that IDA could compare.',
    advice: 'Give a name, a date of birth or another attribute.',
  }),
  'IDA-MLC-009': [
    // The date of birth is read when it is compared (DOBMatchingStrategy), so the VID is used up by then.
    answered({
      text: 'Invalid Input Parameter - request/demographics/dob',
      when: /- request\/demographics\/dob$/,
      calls: MATCHING,
      means: 'The date of birth is no date in the form that IDA wants.',
      advice: 'Write it as YYYY/MM/DD, or as the country has configured it.',
    }),
    refused({
      text: 'Invalid Input Parameter - %s',
      otherTexts: ['Invalid UIN', 'Invalid VID'],
      when: new RegExp(`${OF_THE_RECORD.source}|${OF_THE_NUMBER.source}`),
      means:
        'An attribute, its language or the number in this row has a form that IDA does not take; the message names it.',
      advice: 'Correct it and hand the row in again.',
    }),
    setup({
      text: 'Invalid Input Parameter - %s',
      when: OF_THE_SETUP,
      means: 'IDA does not know the configured `domainUri`, `env` or `individualIdType`.',
      advice:
        "Compare `MTS_IDA_DOMAIN_URI`, `MTS_IDA_ENVIRONMENT` or `MTS_IDA_INDIVIDUAL_ID_TYPE` with the lists in IDA's configuration.",
    }),
    defect({
      text: 'Invalid Input Parameter - %s',
      means: 'IDA does not take a part of the message itself, such as `version` or `transactionID`.',
      advice: 'Check that the version of IDA is set right; else report it as a defect.',
    }),
  ],
  'IDA-MLC-010': answered({
    text: 'VID corresponding to a deactivated UIN',
    calls: NEVER,
    means: 'The VID belongs to a UIN that is no longer active.',
    advice: 'The person has to ask the ID authority why.',
  }),
  'IDA-MLC-011': [
    // ChildAuthFilterImpl, after the look-up; without "for child" it is the validator: the factor is switched off.
    answered({
      text: 'Unsupported Authentication Type for child - %s',
      when: /for child/,
      since: '1.2.0',
      calls: MATCHING,
      means: 'The person is a small child, for whom the country does not allow this kind of check.',
      advice: 'Handle the row by other means; where all rows say so, ask the MOSIP operator.',
    }),
    setup({
      text: 'Unsupported Authentication Type - %s',
      calls: MATCHING,
      means: 'This IDA has switched off the kind of check that was asked for.',
      advice: 'Ask the MOSIP operator to allow it (`auth.types.allowed`).',
    }),
  ],
  'IDA-MLC-012': defect({
    text: "Individual's Consent is not available",
    calls: MATCHING,
    means: "The message did not state the person's consent, although this client always does.",
    advice: 'Report it as a defect.',
  }),
  'IDA-MLC-013': refused({
    text: 'Missing %s auth attribute',
    calls: MATCHING,
    means: 'An attribute has no value, or an address was given both as lines and in full.',
    advice: 'Give each attribute once, with a value.',
  }),
  'IDA-MLC-014': answered({
    text: '%s not registered. Individual has to register and try again',
    calls: NEVER,
    means: 'The person has no phone number or e-mail address on record.',
    advice: 'The person has to register one with the ID authority.',
  }),
  'IDA-MLC-015': choice({
    text: 'Identity Type - %s not configured for the country',
    means: 'The country does not use this kind of number.',
    advice: 'Choose another kind of number for the list, or none.',
  }),
  'IDA-MLC-016': answered({
    text: 'Transaction ID parameters in the request does not match',
    calls: NEVER,
    means: 'The capture was made for another transaction.',
    advice: 'Capture again.',
  }),
  'IDA-MLC-017': refused({
    text: 'Invalid UserID',
    calls: NEVER,
    means: 'The number is no user ID.',
    advice: 'Correct the number and hand the row in again.',
  }),
  'IDA-MLC-018': answered({
    text: '%s not available in database',
    means:
      'IDA does not know the number, or no longer: it is wrong, a one-time VID that was used before, or too new to have arrived.',
    advice: 'Check the number; if it is new, hand the row in again later; else ask the person for a new VID.',
  }),
  'IDA-MLC-019': answered({
    text: '%s Auth Type is Locked for the UIN',
    means: 'The person has locked this kind of check.',
    advice: 'Only the person can unlock it.',
  }),
  'IDA-MLC-020': outage({
    text: 'Unable to encrypt data',
    means: 'IDA could not encrypt: its key store fails.',
    advice: 'The MOSIP operator has to look at the key manager.',
  }),
  'IDA-MLC-021': outage({
    text: 'Failed to fetch key from HSM',
    calls: NEVER,
    means: 'IDA could not reach its key store.',
    advice: 'The MOSIP operator has to look at the key manager and the HSM.',
  }),
  'IDA-MLC-022': [
    // Two constants share the code. PartnerIdHotlistFilterImpl blocks the relying party, after the VID was used up.
    lateSetup({
      text: '%s is blocked',
      when: /partner/i,
      since: '1.2.0',
      calls: MATCHING,
      means: 'The relying party itself is blocked, not the person.',
      advice: 'Ask the MOSIP operator why the partner is on the hotlist.',
    }),
    answered({
      text: 'UIN is deactivated/blocked',
      otherTexts: ['%s is blocked'],
      means: "The person's number, or the device of the capture, is blocked.",
      advice: 'The person has to ask the ID authority why.',
    }),
  ],
  'IDA-MLC-023': answered({
    text: 'VID is expired/deactivated',
    means: 'The VID has expired or was revoked.',
    advice: 'Ask the person for a new VID.',
  }),
  'IDA-MLC-024': answered({
    text: '%s of request is not matching with %s of biometrics',
    calls: MATCHING,
    means: 'The capture names another domain or environment than the request.',
    advice: 'Capture again with the configured domain and environment.',
  }),
  'IDA-MLC-025': lateSetup({
    text: 'Partner Certificate is not available',
    calls: ['kyc'],
    means: 'IDA has no certificate of the relying party.',
    advice: 'Upload the partner certificate in partner management.',
  }),
  'IDA-MLC-026': refused({
    text: 'UIN length should be - %s.',
    since: '1.2.0',
    calls: NEVER,
    means: 'The UIN has the wrong number of digits.',
    advice: 'Correct the number and hand the row in again.',
  }),
  'IDA-MLC-027': refused({
    text: 'UIN should match checksum.',
    since: '1.2.0',
    calls: NEVER,
    means: 'The check digit of the UIN is wrong.',
    advice: 'Correct the number and hand the row in again.',
  }),
  'IDA-MLC-028': refused({
    text: 'UIN length should be  - %s.',
    since: '1.2.0',
    calls: NEVER,
    means: 'The VID has the wrong number of digits.',
    advice: 'Correct the number and hand the row in again.',
  }),
  'IDA-MLC-029': refused({
    text: 'UIN should match checksum.',
    since: '1.2.0',
    calls: NEVER,
    means: 'The check digit of the VID is wrong.',
    advice: 'Correct the number and hand the row in again.',
  }),
  'IDA-MLC-030': answered({
    text: 'Biometrics not captured within %s seconds of previous biometrics',
    since: '1.2.0',
    calls: MATCHING,
    means: 'Too much time lies between the parts of the capture.',
    advice: 'Capture again without a pause.',
  }),
  'IDA-MLC-031': answered({
    text: 'DigitalId of Biometrics not captured within %s seconds of previous biometrics',
    since: '1.2.0',
    calls: MATCHING,
    means: 'Too much time lies between the parts of the capture.',
    advice: 'Capture again without a pause.',
  }),
};
