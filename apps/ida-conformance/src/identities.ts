import type { IdentityName } from './cases/case.js';
import type { TestPerson } from './cases/given.js';

/** The people of a test deployment that cases may ask for. All of it is personal data. */
export interface Identities extends TestPerson {
  readonly ids: Readonly<Partial<Record<Exclude<IdentityName, 'oneTimeVids'>, string>>>;
  /** VIDs of the test person that can be used once. */
  readonly oneTimeVids: readonly string[];
}

export const NO_IDENTITIES: Identities = { ids: {}, oneTimeVids: [], demographics: {} };

/** Those that stand for the test person. */
export const OF_THE_PERSON: readonly IdentityName[] = [
  'uin',
  'vid',
  'handle',
  'oneTimeVids',
  'expiredVid',
  'revokedVid',
];

/** How much of a number may be seen: enough to tell two apart, not enough to use it. */
export function masked(id: string): string {
  return `${'*'.repeat(Math.max(id.length - 2, 0))}${id.slice(-2)}`;
}
