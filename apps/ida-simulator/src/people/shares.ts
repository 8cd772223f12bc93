/** What a list is made of: shares, 0 to 1 each. */
export interface Shares {
  readonly mismatches: number;
  readonly malformed: number;
  readonly unknown: number;
  readonly locked: number;
  readonly deactivated: number;
  readonly repeated: number;
  readonly oneTimeVids: number;
}

interface ShareOption {
  /** Of the command line. */
  readonly flag: string;
  readonly default: number;
  readonly meaning: string;
}

export const SHARE_OPTIONS: Readonly<Record<keyof Shares, ShareOption>> = {
  mismatches: { flag: 'mismatches', default: 0.06, meaning: 'rows whose data differ from what IDA has' },
  malformed: { flag: 'malformed', default: 0.04, meaning: 'rows to be refused before IDA is asked' },
  unknown: { flag: 'unknown', default: 0.02, meaning: 'rows of people that IDA does not know' },
  locked: { flag: 'locked', default: 0.005, meaning: 'rows of people who locked this authentication' },
  deactivated: { flag: 'deactivated', default: 0.005, meaning: 'rows of people whose UIN is deactivated' },
  repeated: { flag: 'repeated', default: 0.04, meaning: 'of the matching people: in a second row as well' },
  oneTimeVids: {
    flag: 'one-time-vids',
    default: 0,
    meaning: 'of the people in one row: under a one-time VID',
  },
};

/** One value for each share. */
export function mapShares<Value>(
  valueOf: (name: keyof Shares, option: ShareOption) => Value,
): Readonly<Record<keyof Shares, Value>> {
  const names = Object.keys(SHARE_OPTIONS) as (keyof Shares)[];
  const entries = names.map((name) => [name, valueOf(name, SHARE_OPTIONS[name])] as const);
  return Object.fromEntries(entries) as Record<keyof Shares, Value>;
}

export const DEFAULT_SHARES: Shares = mapShares((_name, option) => option.default);

/** What a row can be for; the order decides which random number makes which kind. */
export const KINDS = ['mismatches', 'unknown', 'malformed', 'locked', 'deactivated'] as const;
export type Kind = (typeof KINDS)[number] | 'match';
type Kinds = readonly (typeof KINDS)[number][];

/** What rounding may add to a sum of shares. */
const ROUNDING = 1e-9;

/** @returns the sentence that says what is wrong with them, if anything is */
export function faultOf(shares: Shares): string | undefined {
  for (const [name, { flag }] of Object.entries(SHARE_OPTIONS)) {
    const share = shares[name as keyof Shares];
    if (!(share >= 0 && share <= 1)) return `--${flag} must be a number from 0 to 1`;
  }
  return faultOfSum(shares);
}

/** Names those to be lowered: the given ones if they are too much by themselves, else those that nobody asked for. */
function faultOfSum(shares: Shares): string | undefined {
  const sum = sumOf(shares, KINDS);
  if (sum <= 1 + ROUNDING) return undefined;
  const given = KINDS.filter((kind) => shares[kind] !== DEFAULT_SHARES[kind]);
  const others = KINDS.filter((kind) => !given.includes(kind));
  const all = KINDS.map((kind) => `${flagOf(kind)} ${shares[kind]}`).join(', ');
  const advice =
    sumOf(shares, given) > 1 + ROUNDING
      ? `lower ${given.map(flagOf).join(' or ')}`
      : `lower the others, for instance ${others.map((kind) => `${flagOf(kind)} 0`).join(' ')}`;
  return `${all} are ${Number(sum.toFixed(6))} together and must be 1 or less: ${advice}`;
}

function flagOf(kind: Kinds[number]): string {
  return `--${SHARE_OPTIONS[kind].flag}`;
}

function sumOf(shares: Shares, kinds: Kinds): number {
  return kinds.reduce((total, kind) => total + shares[kind], 0);
}
