import {
  type Ask,
  type Case,
  type Entitlement,
  type IdentityName,
  isAtLeast,
  isSomebody,
  type Touch,
  touchOf,
  type Version,
} from './cases/case.js';
import type { OtherName } from './exchange/changes.js';
import type { Identities } from './identities.js';

/** What there is to run cases with. */
export interface Means {
  readonly version: Version;
  readonly identities: Identities;
  readonly entitlements: ReadonlySet<Entitlement>;
  readonly others: ReadonlySet<OtherName>;
  readonly hasOtherPartner: boolean;
}

export interface Planned {
  readonly case: Case;
  readonly touch: Touch;
  /** Why it cannot be run with these means. */
  readonly lack: string | undefined;
  /** The VID that it uses up. */
  readonly oneTimeVid: string | undefined;
}

/** Every case of this version: what it touches, and what it lacks. */
export function planOf(cases: readonly Case[], means: Means): readonly Planned[] {
  const vids = [...means.identities.oneTimeVids];
  return cases
    .filter(({ from, until }) => isIn(means.version, from, until))
    .map((each) => {
      const touch = touchOf(each);
      const lack = lackOf(each, means);
      const oneTimeVid = touch === 'consuming' && lack === undefined ? vids.shift() : undefined;
      const isWithoutVid = touch === 'consuming' && lack === undefined && oneTimeVid === undefined;
      return { case: each, touch, lack: isWithoutVid ? 'needs one more of oneTimeVids' : lack, oneTimeVid };
    });
}

function isIn(version: Version, from: Version = '1.1.5', until: Version = '1.3.0'): boolean {
  return isAtLeast(version, from) && isAtLeast(until, version);
}

function lackOf({ asks, needs = [] }: Case, means: Means): string | undefined {
  const entitlement = needs.find((each) => !means.entitlements.has(each));
  if (entitlement !== undefined) return LACKS[entitlement];
  return asks.map((ask) => lackOfAsk(ask, means)).find((lack) => lack !== undefined);
}

/** VIDs that can be used once are dealt out later, to the cases that lack nothing else. */
function lackOfAsk({ who, given, changes = {} }: Ask, means: Means): string | undefined {
  const { identities, others, hasOtherPartner } = means;
  const isInvented = who === 'nobody' || who === 'nobody by VID';
  if (!isInvented && who !== 'oneTimeVids' && identities.ids[who] === undefined) {
    return `needs ${who} among the identities`;
  }
  const demographics = given?.(identities);
  if (typeof demographics === 'string') return demographics;
  const { path, signature } = changes;
  if (typeof path === 'object' && !others.has(path.other)) return `needs others.${path.other}`;
  return signature === 'by another partner' && !hasOtherPartner ? 'needs others.partnerP12' : undefined;
}

const LACKS: Readonly<Record<Entitlement, string>> = {
  kyc: 'needs kyc in policyAllows',
  otp: 'needs otp in policyAllows',
  'otp-request': 'needs otp-request in policyAllows',
  domainUri: 'needs a domainUri',
  'otp by hand': 'needs a terminal where the OTP can be typed in',
};

/** How many messages at most the cases of a touch may cause, by the identity that gets them. */
export function messagesOf(planned: readonly Planned[]): ReadonlyMap<IdentityName, number> {
  const counts = new Map<IdentityName, number>();
  for (const { who } of planned.flatMap((each) => each.case.asks)) {
    if (isSomebody(who)) counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  return counts;
}
