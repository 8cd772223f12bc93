/** RFC 9110 §12.5.3: a coding, and how much it is wanted. */
const PREFERENCE = /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i;

export type ContentCoding = 'gzip' | 'identity';

/**
 * The coding of a body, by the header Accept-Encoding (RFC 9110 §12.5.3): gzip where it is named or meant by `*` and not
 * less wanted than no coding; undefined when neither of the two is acceptable.
 */
export function contentCoding(acceptEncoding: string | undefined): ContentCoding | undefined {
  const weights = new Map<string, number>();
  for (const part of (acceptEncoding ?? '').split(',')) {
    const [, coding = '', weight = '1'] = PREFERENCE.exec(part) ?? [];
    if (coding !== '') weights.set(coding.toLowerCase(), Number(weight));
  }
  const anyOther = weights.get('*');
  const gzip = weights.get('gzip') ?? weights.get('x-gzip') ?? anyOther ?? 0;
  const identity = weights.get('identity') ?? (anyOther === 0 ? 0 : undefined);
  if (gzip > 0 && gzip >= (identity ?? 0)) return 'gzip';
  return identity === 0 ? undefined : 'identity';
}
