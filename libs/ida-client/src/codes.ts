import type { FaultClass, FaultEffect, FaultScope } from '@mts/domain';

/**
 * What a code of IDA means to whoever asked.
 *
 * Sources: codes and texts are `IdAuthenticationErrorConstants.java` of mosip/id-authentication v1.2.0.1; the moment
 * at which each is raised follows `IdAuthFilter`, `AuthRequestValidator`, `AuthController`, `AuthFacadeImpl` and the
 * `IMosipAuthFilter` implementations of the same version. `not-asked` stands where IDA refuses before
 * `IdServiceImpl.updateVIDstatus` could use up a VID, so before anybody is texted.
 */
export interface CodeRule {
  readonly faultClass: FaultClass;
  readonly scope: FaultScope;
  readonly effect: FaultEffect;
  /** IDA's own text; `%s` is a word of IDA's, such as the name of a parameter. */
  readonly text: string;
  /** Where one code has several meanings, the messages to which this one applies; the last rule has none. */
  readonly when?: RegExp;
}

type Meaning = readonly [text: string, when?: RegExp];

const rule =
  (faultClass: FaultClass, scope: FaultScope, effect: FaultEffect) =>
  (...[text, when]: Meaning): CodeRule => ({
    faultClass,
    scope,
    effect,
    text,
    ...(when === undefined ? {} : { when }),
  });

/** Final for the person: refused on sight, before anything was looked up. */
const refused = rule('record', 'record', 'not-asked');
/** Final for the person: IDA looked, so a VID may be used up and the person texted. */
const answered = rule('record', 'record', 'unknown');
/** The set-up of the profile is at fault, found before the person was looked up. */
const setup = rule('configuration', 'profile', 'not-asked');
/** The same, found when a VID may already be used up. */
const lateSetup = rule('configuration', 'profile', 'unknown');
/** What one caller chose for a list is at fault: its language, its kind of number. */
const choice = rule('configuration', 'request', 'not-asked');
/** Our own defect, or our clock. */
const defect = rule('client', 'profile', 'not-asked');
/** IDA's own services fail, for everybody. */
const outage = rule('transient', 'profile', 'unknown');
/** IDA failed over this record; whether over others too cannot be told from it. */
const passing = rule('transient', 'record', 'unknown');

/**
 * IDA's way of saying "something": from 1.2.0 it stands in front of the code that tells what. It counts only where it
 * stands alone, as for an unreadable envelope, an exception, or letters in a number of the right length.
 */
export const GENERIC: CodeRule = passing('Request could not be processed. Please try again');

/** A code that this table does not know is no statement about the person: it may be an outage with a new name. */
export const UNKNOWN: CodeRule = rule(
  'configuration',
  'record',
  'unknown',
)('a code that this client does not know');

/** Parameters that the caller's data fills: demographic attributes, their languages, the number itself. */
const OF_THE_RECORD =
  /- (?:request\/demographics\/.*|dob|age|DOBType|LanguageCode|individualId|[\w.-]+: language)$/;
/** Parameters that stand in the configuration: domainUri and env must be on IDA's lists (since 1.2.0-rc1). */
const OF_THE_SETUP = /- (?:request\/(?:domainUri|env)|individualIdType)$/;

/** Every code that `/auth` can answer with; the first rule whose `when` fits applies. */
export const CODES: ReadonlyMap<string, readonly CodeRule[]> = new Map(
  Object.entries({
    // MLC: what every call has. Validators run before the person is looked up; 003, 005, 010, 018, 023 are the look-up.
    'IDA-MLC-001': [defect('Request to be received at MOSIP within %s seconds')],
    'IDA-MLC-002': [refused('Invalid UIN')],
    'IDA-MLC-003': [answered('UIN has been deactivated')],
    'IDA-MLC-004': [refused('Invalid VID')],
    'IDA-MLC-005': [answered('%s')],
    'IDA-MLC-006': [
      refused('Missing Input Parameter - %s', OF_THE_RECORD),
      defect('Missing Input Parameter - %s'),
    ],
    'IDA-MLC-007': [
      // ChildAuthFilterImpl: the stored date of birth cannot be read; no other call for this person fares better.
      answered('Request could not be processed. Unable to parse %s from DB.', /Unable to parse .* from DB/),
      GENERIC,
    ],
    'IDA-MLC-008': [refused('No authentication type selected')],
    'IDA-MLC-009': [
      // The date of birth is read when it is compared (DOBMatchingStrategy), so the VID is used up by then.
      answered('Invalid Input Parameter - %s', /- request\/demographics\/dob$/),
      refused('Invalid Input Parameter - %s', OF_THE_RECORD),
      setup('Invalid Input Parameter - %s', OF_THE_SETUP),
      defect('Invalid Input Parameter - %s'),
    ],
    'IDA-MLC-010': [answered('VID corresponding to a deactivated UIN')],
    'IDA-MLC-011': [
      // ChildAuthFilterImpl, after the look-up; without "for child" it is the validator: demo is switched off.
      answered('Unsupported Authentication Type for child - %s', /for child/),
      setup('Unsupported Authentication Type - %s'),
    ],
    'IDA-MLC-012': [defect("Individual's Consent is not available")],
    'IDA-MLC-013': [refused('Missing %s auth attribute')],
    'IDA-MLC-014': [answered('%s not registered. Individual has to register and try again')],
    'IDA-MLC-015': [choice('Identity Type - %s not configured for the country')],
    'IDA-MLC-016': [answered('Transaction ID parameters in the request does not match')],
    'IDA-MLC-017': [refused('Invalid UserID')],
    // Also a one-time VID that an earlier call used up, and a number too new to have reached IDA.
    'IDA-MLC-018': [answered('%s not available in database')],
    'IDA-MLC-019': [answered('%s Auth Type is Locked for the UIN')],
    'IDA-MLC-020': [outage('Unable to encrypt data')],
    'IDA-MLC-021': [outage('Failed to fetch key from HSM')],
    'IDA-MLC-022': [
      // Two constants share the code. PartnerIdHotlistFilterImpl blocks the relying party, after the VID was used up.
      lateSetup('%s is blocked', /partner/i),
      answered('UIN is deactivated/blocked'),
    ],
    'IDA-MLC-023': [answered('VID is expired/deactivated')],
    'IDA-MLC-024': [answered('%s of request is not matching with %s of biometrics')],
    'IDA-MLC-025': [lateSetup('Partner Certificate is not available')],
    'IDA-MLC-030': [answered('Biometrics not captured within %s seconds of previous biometrics')],
    'IDA-MLC-031': [
      answered('DigitalId of Biometrics not captured within %s seconds of previous biometrics'),
    ],

    // DEA: the comparison of demographic data.
    'IDA-DEA-001': [answered('Demographic data %s did not match')],
    'IDA-DEA-002': [choice('Unsupported Language Code - %s')],
    'IDA-DEA-003': [answered('Demographic data %s not available in database')],

    // MPA: signature, decryption, licence, partner, policy. All in the filter, before anything else.
    'IDA-MPA-001': [setup('Digital signature verification failed for %s')],
    'IDA-MPA-002': [setup('Invalid certificate in digital signature')],
    'IDA-MPA-003': [setup('Unable to decrypt Request')],
    'IDA-MPA-004': [setup('MOSIP Public key expired')],
    'IDA-MPA-005': [setup('OTP Request Usage not allowed as per policy')],
    'IDA-MPA-006': [setup('%s Authentication usage not allowed as per policy')],
    'IDA-MPA-007': [setup('License key does not belong to a registered MISP')],
    'IDA-MPA-008': [setup('License key of MISP has expired')],
    // Also an unknown, deleted, expired or deactivated API key (mosip/id-authentication issue 1698).
    'IDA-MPA-009': [setup('Partner is not registered')],
    'IDA-MPA-010': [setup('MISP and Partner not mapped')],
    'IDA-MPA-012': [setup('Partner is deactivated')],
    'IDA-MPA-013': [setup('Partner is unauthorised for eKYC')],
    'IDA-MPA-014': [setup('Partner is not assigned with any policy')],
    'IDA-MPA-015': [setup('%s-authentiation usage is mandatory as per policy')], // sic
    'IDA-MPA-016': [defect('HMAC Validation failed')],
    'IDA-MPA-017': [setup('License key of MISP is blocked')],
    'IDA-MPA-018': [setup('Policy ID does not belong to a registered Partner')],
    'IDA-MPA-019': [setup('Partner policy is not active')],
    'IDA-MPA-020': [setup('Partner (Auth) Certificate not found in DB.')],
    'IDA-MPA-021': [setup('Partner (Auth) Certificate not matching with signature header certificate.')],
    'IDA-MPA-022': [setup('Partner (Auth) Certificate not found in Request signature header.')],
    'IDA-MPA-023': [setup('MISP Partner Policy not availble.')], // sic
    'IDA-MPA-024': [setup('OIDC Client not availble.')], // sic
    'IDA-MPA-025': [setup('Partner is unauthorised for KYC-Auth')],
    'IDA-MPA-026': [setup('Partner is unauthorised for KYC-Exchange')],
    'IDA-MPA-027': [setup('OIDC Client is deactivated')],
    'IDA-MPA-028': [setup('OIDC Client is not registered')],
    'IDA-MPA-029': [setup('%s Authentication usage not allowed as per client AMR configuration')],
    'IDA-MPA-030': [setup('%s Authentication usage not allowed as per policy')],
    'IDA-MPA-031': [setup('%s not allowed as per policy')],
    'IDA-MPA-032': [setup('%s not allowed as per policy')],
    'IDA-MPA-033': [setup('Partner is unauthorised for KeyBinding')],
    'IDA-MPA-034': [
      setup('For the input VID/UIN - No Binded key found in DB or binded key is expired.'), // sic
    ],
    'IDA-MPA-035': [setup('KeyBindedToken check failed for the given token.')], // sic
    'IDA-MPA-036': [setup('Partner is unauthorised for VCI-Exchange')],
    'IDA-MPA-037': [setup('%s not allowed as per policy')],
    'IDA-MPA-038': [defect('Required Number of Path parameters are missing in URI')],
    'IDA-MPA-039': [setup('Partner API is expired or using before Commence Start Date.')],

    // OTA, BIA, DPM, EKA: other factors. A policy may demand them; this client sends none.
    'IDA-OTA-001': [passing('Innumerous OTP requests received')],
    'IDA-OTA-002': [passing('Could not generate/send OTP')],
    'IDA-OTA-003': [answered('OTP has expired')],
    'IDA-OTA-004': [answered('OTP is invalid')],
    'IDA-OTA-005': [answered('Input transactionID does not match transactionID of OTP Request')],
    'IDA-OTA-006': [passing('UIN is locked for OTP generation. Please try again later')],
    'IDA-OTA-007': [passing('UIN is locked for OTP validation due to exceeding no of invalid OTP trials')],
    'IDA-OTA-008': [answered('OTP Notification Channel not provided')],
    'IDA-OTA-009': [answered('%s not configured for the country')],
    'IDA-OTA-010': [answered('Input Identity Type does not match Identity Type of OTP Request')],
    'IDA-OTA-011': [answered('Input Partner-ID does not match Partner-ID of OTP Request')],
    'IDA-OTA-012': [
      answered("OTP validation can't be performed against this Individual-ID. Generate OTP first."),
    ],
    'IDA-OTA-013': [passing('OTP request/validation has been frozen for the Individual-ID for %s')],
    'IDA-BIA-001': [answered('Biometric data%s did not match')],
    'IDA-BIA-002': [answered('Duplicate fingers in request')],
    'IDA-BIA-003': [answered('Number of Fingers should not exceed %s')],
    'IDA-BIA-004': [answered('Device not registered with MOSIP')],
    'IDA-BIA-005': [answered('Device provider not registered with MOSIP')],
    'IDA-BIA-006': [answered('Biometric data %s not available in database')],
    'IDA-BIA-007': [answered('Duplicate Irises in request')],
    'IDA-BIA-008': [answered('Number of Iris should not exceed 2')],
    'IDA-BIA-009': [answered('Number of FACE records should not exceed 1')],
    'IDA-BIA-010': [answered('Single FMR record contains more than one finger')],
    'IDA-BIA-011': [answered('Invalid biometric data')],
    'IDA-BIA-012': [answered('MDS verification failed')],
    'IDA-BIA-014': [answered('Hash Validation Failed')],
    'IDA-BIA-015': [answered('Signature Validation Failed')],
    'IDA-BIA-016': [passing('Unable to Perform Quality Check due to a Technical Issue')],
    'IDA-BIA-017': [passing('Unable to Perform Biometric Match due to a Technical Issue')],
    'IDA-BIA-018': [passing('Unable to Process the Request due to a Technical Issue')],
    'IDA-DPM-001': [answered('Device is not registered with MOSIP')],
    'IDA-DPM-002': [answered('MDS is not registered with MOSIP')],
    'IDA-DPM-004': [answered('Device Type and Biometric Type do not match')],
    'IDA-EKA-001': [lateSetup('Unable to encrypt eKYC response')],

    // RST: IDA's own calls to its neighbours. IDV: the stored date of birth cannot be read.
    'IDA-RST-006': [outage('4XX - Client Error occurred')],
    'IDA-RST-007': [outage('5XX - Server Error occurred')],
    'IDA-RST-008': [outage('Connection timed out')],
    'IDA-IDV-001': [answered('Input Data Validation Failed')],
  }),
);

/** The meaning of a code with its message. */
export function ruleOf(code: string, message: string): CodeRule {
  return CODES.get(code)?.find(({ when }) => when === undefined || when.test(message)) ?? UNKNOWN;
}
