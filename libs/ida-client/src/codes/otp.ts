import { answered, type CodeTable, MATCHING, NEVER, passing, refused } from './rule.js';

/** OTA: one-time passwords, asked for with `/otp` and checked with `/auth` and `/kyc`. */
export const OTP: CodeTable = {
  'IDA-OTA-001': passing({
    text: 'Innumerous OTP requests received',
    calls: ['otp'],
    means: 'Too many OTPs were asked for this person in a short time.',
    advice: 'Wait some minutes, then ask again.',
  }),
  'IDA-OTA-002': [
    answered({
      text: 'Could not generate/send OTP. %s not found in identity data.',
      when: /not found in identity data/,
      since: '1.2.0.1',
      calls: ['otp'],
      means: 'The person has no phone number or e-mail address on record, so no OTP can be sent.',
      advice: 'Use another channel; else the person has to register one with the ID authority.',
    }),
    passing({
      text: 'Could not generate/send OTP',
      calls: ['otp'],
      means: 'IDA could not make or send the OTP.',
      advice:
        'Ask again later; where it stays, the MOSIP operator has to look at the OTP and notification services.',
    }),
  ],
  'IDA-OTA-003': answered({
    text: 'OTP has expired',
    calls: MATCHING,
    means: 'The OTP is too old.',
    advice: 'Ask for a new OTP.',
  }),
  'IDA-OTA-004': answered({
    text: 'OTP is invalid',
    calls: MATCHING,
    means: 'The OTP is not the one that was sent.',
    advice: 'Let the person type it again; after several wrong ones the person is locked for a while.',
  }),
  'IDA-OTA-005': answered({
    text: 'Input transactionID does not match transactionID of OTP Request',
    calls: MATCHING,
    means: 'The OTP was asked for in another transaction.',
    advice: 'Use the transaction of the OTP request, or ask for a new OTP.',
  }),
  'IDA-OTA-006': passing({
    text: 'UIN is locked for OTP generation. Please try again later',
    calls: NEVER,
    means: 'No OTP can be asked for this person for a while.',
    advice: 'Wait half an hour, then ask again.',
  }),
  // OTPManager.generateOTP throws it unchecked, so IdAuthExceptionHandler answers with IDA-MLC-007 in its place.
  'IDA-OTA-007': passing({
    text: 'UIN is locked for OTP validation due to exceeding no of invalid OTP trials',
    calls: NEVER,
    means: 'The person is locked for a while after too many wrong OTPs.',
    advice: 'Wait half an hour, then ask again.',
  }),
  'IDA-OTA-008': refused({
    text: 'OTP Notification Channel not provided',
    calls: ['otp'],
    means: 'It was not said whether to send the OTP by phone or by e-mail.',
    advice: 'Name a channel.',
  }),
  'IDA-OTA-009': refused({
    text: '%s not configured for the country',
    calls: NEVER,
    means: 'The country does not send OTPs by this channel.',
    advice: 'Use another channel.',
  }),
  'IDA-OTA-010': answered({
    text: 'Input Identity Type does not match Identity Type of OTP Request',
    calls: MATCHING,
    means: 'The OTP was asked for with another kind of number.',
    advice: 'Use the same kind of number for both calls.',
  }),
  'IDA-OTA-011': answered({
    text: 'Input Partner-ID does not match Partner-ID of OTP Request',
    calls: MATCHING,
    means: 'Another relying party asked for the OTP.',
    advice: 'Ask for a new OTP.',
  }),
  'IDA-OTA-012': answered({
    text: "OTP validation can't be performed against this Individual-ID. Generate OTP first.",
    since: '1.2.0.1',
    calls: MATCHING,
    means: 'No OTP was asked for with this number.',
    advice: 'Ask for an OTP first, with the same number.',
  }),
  'IDA-OTA-013': passing({
    text: 'OTP request/validation has been frozen for the Individual-ID for %s due to consecutive failure attempts for %s times.',
    since: '1.2.0.1',
    means: 'The person is locked for a while after too many wrong OTPs.',
    advice: 'Wait for as long as the message says, half an hour by default, then ask for a new OTP.',
  }),
};
