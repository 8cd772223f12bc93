/** How a version of IDA treats OTPs; counts and times are the defaults of mosip-config of that version. */
export interface OtpRules {
  /**
   * Calls about a person so shortly before, of whatever kind, with which an OTP is still sent:
   * `otp.request.flooding.*`. Versions up to 1.2.0 refuse beyond `max-count`, later ones at it
   * (`OTPServiceImpl.isOtpFlooded`).
   */
  readonly flooding: { readonly mostCallsBefore: number; readonly minutes: number };
  /**
   * After so many wrong OTPs in a row nothing more is sent or compared for a while (`OTPManager`, from 1.2.0.1 on).
   * Without it every OTP that was sent can be used, whatever was tried or sent since.
   */
  readonly freeze?: { readonly wrongTries: number; readonly minutes: number };
  /** How long an OTP can be used: `mosip.kernel.otp.expiry-time`. */
  readonly validSeconds: number;
  /**
   * What happens if the person has no address for the channels asked for: the OTP is not sent (IDA-OTA-002), or it is,
   * and then masking the address fails (IDA-MLC-009).
   */
  readonly withoutAddress: 'not sent' | 'not masked';
  /** Whether an unknown id is objected to before anything else, and alone (`OTPController`, from 1.2.0.1 on). */
  readonly looksUpFirst: boolean;
  /** Whether a request that was refused counts as a call about the person (`OTPServiceImpl.generateOtp`, 1.1.5). */
  readonly countsRefusals: boolean;
}

const LATEST: OtpRules = {
  flooding: { mostCallsBefore: 99, minutes: 1 },
  freeze: { wrongTries: 5, minutes: 30 },
  validSeconds: 180,
  withoutAddress: 'not sent',
  looksUpFirst: true,
  countsRefusals: false,
};

export const OTP_RULES = {
  '1.1.5': {
    flooding: { mostCallsBefore: 3, minutes: 3 },
    validSeconds: 180,
    withoutAddress: 'not masked',
    looksUpFirst: false,
    countsRefusals: true,
  },
  '1.2.0': {
    flooding: { mostCallsBefore: 100, minutes: 1 },
    validSeconds: 180,
    withoutAddress: 'not masked',
    looksUpFirst: false,
    countsRefusals: false,
  },
  '1.2.0.1': LATEST,
  '1.2.1': LATEST,
  '1.3.0': LATEST,
} as const satisfies Record<string, OtpRules>;
