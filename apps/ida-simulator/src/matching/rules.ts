import { DYNAMIC_ATTRIBUTES } from './attributes.js';

/** How a version of IDA reads and compares demographics. */
export interface DemographicRules {
  /**
   * A text without language: refused, or of the primary language (`BaseAuthRequestValidator.checkLangaugeDetails`,
   * `IdInfoFetcherImpl.checkLanguageType`). What is stored without one goes with every language, or with that one.
   */
  readonly withoutLanguage: 'refused' | 'in the primary language';
  /** Further attributes that mosip-config's `id-authentication-mapping.json` names. */
  readonly dynamicAttributes: Readonly<Record<string, readonly string[]>>;
  /** What becomes of a name that is in no mapping (`IdAuthFilter.setDymanicDemograpicData`). */
  readonly unmappedAttributes: 'looked up as they stand' | 'ignored';
  /** Lower ages are refused (`BaseAuthRequestValidator.checkAge`, from 1.2.1.2 on). */
  readonly lowestAge: number;
}

const SINCE_1_2_0: DemographicRules = {
  withoutLanguage: 'refused',
  dynamicAttributes: DYNAMIC_ATTRIBUTES,
  unmappedAttributes: 'looked up as they stand',
  lowestAge: Number.NEGATIVE_INFINITY,
};

const SINCE_1_2_1_2: DemographicRules = { ...SINCE_1_2_0, lowestAge: 1 };

export const DEMOGRAPHIC_RULES = {
  '1.1.5': {
    withoutLanguage: 'in the primary language',
    dynamicAttributes: { residenceStatus: ['residenceStatus'], bloodGroup: ['bloodGroup'] },
    unmappedAttributes: 'ignored',
    lowestAge: Number.NEGATIVE_INFINITY,
  },
  '1.2.0': SINCE_1_2_0,
  '1.2.0.1': SINCE_1_2_0,
  '1.2.1': SINCE_1_2_1_2,
  '1.3.0': SINCE_1_2_1_2,
} as const satisfies Record<string, DemographicRules>;
