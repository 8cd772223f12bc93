/**
 * The demographic attributes of a request, in the order in which IDA compares them and reports what did not match
 * (id-authentication v1.2.0.1, `DemoMatchType`).
 */
export interface Attribute {
  /** As in the request. */
  readonly name: string;
  /** Attributes of the stored identity, joined by a space (mosip-config v1.2.0.1 `id-authentication-mapping.json`). */
  readonly storedAs: readonly string[];
  /** `list`: `[{language, value}]`; `text`: a lone text. */
  readonly form: 'list' | 'text';
  /** Whether each language is compared by itself. */
  readonly languages: 'each' | 'none';
  readonly comparison: 'name' | 'address' | 'plain' | 'date of birth' | 'age';
  /** The group it is validated in (`DemoAuthType`). */
  readonly group: 'address' | 'personalIdentity' | 'fullAddress';
}

const FULL_ADDRESS = [
  'addressLine1',
  'addressLine2',
  'addressLine3',
  'city',
  'region',
  'province',
  'postalCode',
];

const personal = { form: 'list', languages: 'each', comparison: 'plain', group: 'personalIdentity' } as const;
const addressPart = { form: 'list', languages: 'each', comparison: 'address', group: 'address' } as const;

export const ATTRIBUTES: readonly Attribute[] = [
  { ...personal, name: 'name', storedAs: ['fullName'], comparison: 'name' },
  {
    ...personal,
    name: 'dob',
    storedAs: ['dateOfBirth'],
    form: 'text',
    languages: 'none',
    comparison: 'date of birth',
  },
  { ...personal, name: 'dobType', storedAs: [], languages: 'none' },
  { ...personal, name: 'age', storedAs: ['dateOfBirth'], form: 'text', languages: 'none', comparison: 'age' },
  { ...personal, name: 'gender', storedAs: ['gender'] },
  { ...personal, name: 'phoneNumber', storedAs: ['phone'], form: 'text', languages: 'none' },
  { ...personal, name: 'emailId', storedAs: ['email'], form: 'text', languages: 'none' },
  { ...addressPart, name: 'addressLine1', storedAs: ['addressLine1'] },
  { ...addressPart, name: 'addressLine2', storedAs: ['addressLine2'] },
  { ...addressPart, name: 'addressLine3', storedAs: ['addressLine3'] },
  { ...addressPart, name: 'location1', storedAs: ['city'] },
  { ...addressPart, name: 'location2', storedAs: ['region'] },
  { ...addressPart, name: 'location3', storedAs: ['province'] },
  { ...addressPart, name: 'postalCode', storedAs: ['postalCode'], form: 'text', languages: 'none' },
  { ...addressPart, name: 'fullAddress', storedAs: FULL_ADDRESS, group: 'fullAddress' },
];

/** Further attributes that the mapping file names; any other name is looked up in the identity as it stands. */
export const DYNAMIC_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  location4: ['zone'],
  residenceStatus: ['residenceStatus'],
  preferredLanguage: ['preferredLang'],
  locationProfile: ['city', 'region', 'province', 'zone'],
};

/** How a mismatch of an attribute is spoken of (`AuthStatusInfoBuilder.constructDemoError`). */
export function nameInError(attribute: string): string {
  return FULL_ADDRESS.includes(attribute) ? 'address line item(s)' : attribute;
}

/** A dynamic attribute under a name of the identity itself is compared as that one is. */
export function comparisonOfDynamic(name: string): 'name' | 'address' | 'plain' {
  if (name === 'fullName') return 'name';
  return FULL_ADDRESS.includes(name) ? 'address' : 'plain';
}
