/** How a version of IDA answers eKYC. */
export interface KycRules {
  /**
   * `fields`: `sessionKey` and `identity`, thumbprint in upper-case hex. `blob`: both in `identity`, a key splitter
   * between them, thumbprint in base64url (`IdAuthSecurityManager.encryptData`).
   */
  readonly form: 'fields' | 'blob';
  /**
   * Whose texts are disclosed. `policy`: in the languages of the policy, if any of them is used in the country.
   * `request`: in the primary language and, if asked for by `secondaryLangCode`, the secondary one; and nothing at all
   * unless the policy discloses the photo (`KycServiceImpl.retrieveKycInfo`, 1.1.5).
   */
  readonly languages: 'policy' | 'request';
  /** How the lack of a photo that the policy discloses is spoken of (`IdInfoFetcherImpl.getCbeffValues`). */
  readonly missingPhoto: string;
  /** What joins the parts of the full address: `ida.id.attribute.separator.fullAddress`. */
  readonly fullAddressSeparator: string;
  /** `response` of an answer that consists of errors. */
  readonly refusal: 'fields' | 'null';
  /** Whether the lack of the partner's certificate is found out before anything is used up (IDA-MLC-025 from PMS). */
  readonly certificateCheck: 'in the filter' | 'when encrypting';
}

const LATEST: KycRules = {
  form: 'fields',
  languages: 'policy',
  missingPhoto: 'FACE',
  fullAddressSeparator: ',',
  refusal: 'fields',
  certificateCheck: 'when encrypting',
};

export const KYC_RULES = {
  '1.1.5': {
    form: 'blob',
    languages: 'request',
    missingPhoto: 'FACE - Face',
    fullAddressSeparator: ' ',
    refusal: 'null',
    certificateCheck: 'in the filter',
  },
  '1.2.0': { ...LATEST, refusal: 'null' },
  '1.2.0.1': LATEST,
  '1.2.1': LATEST,
  '1.3.0': LATEST,
} as const satisfies Record<string, KycRules>;
