/** `response` of an OTP request: where it was sent to. */
export interface MaskedAddresses {
  readonly maskedMobile: string | null;
  readonly maskedEmail: string | null;
}

/** id-authentication v1.2.0.1 `MaskUtil.maskMobile`: the first half and one more. */
export function maskedPhone(phone: string): string {
  const hidden = Math.floor(phone.length / 2) + 1;
  return 'X'.repeat(hidden) + phone.slice(hidden);
}

/** id-authentication v1.2.0.1 `MaskUtil.maskEmail`: two of three characters before the `@`. */
export function maskedEmail(email: string): string {
  const local = email.split('@').find((part) => part !== '') ?? '';
  return Array.from(email, (character, index) =>
    index < local.length && (index + 1) % 3 !== 0 ? 'X' : character,
  ).join('');
}
