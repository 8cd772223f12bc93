/** A text, stored for a language or (numbers, dates, addresses of the wire) for none. */
export type StoredValue = string | readonly { readonly language: string; readonly value: string }[];

/** What the ID system holds of a person, by its own attribute names (`fullName`, `dateOfBirth`, `city`, …). */
export type Identity = Readonly<Record<string, StoredValue>>;

export const VID_TYPES = ['perpetual', 'temporary', 'one-time'] as const;
export type VidType = (typeof VID_TYPES)[number];

/** How often a VID can be used; absent: any number of times (mosip-config v1.2.0.1 `mosip-vid-policy.json`). */
export const TRANSACTIONS_ALLOWED: Readonly<Partial<Record<VidType, number>>> = {
  temporary: 1,
  'one-time': 1,
};

export interface Vid {
  readonly vid: string;
  readonly type: VidType;
  /** ISO 8601 instant; absent: never. */
  readonly expiresAt?: string;
  /** The holder revoked it; IDA still has it. */
  readonly revoked?: boolean;
}

/** One line of a population file. */
export interface Person {
  readonly uin: string;
  readonly vids: readonly Vid[];
  /** Further names of the person, such as `+919876543210@phone`. */
  readonly handles?: readonly string[];
  readonly identity: Identity;
  /**
   * Templates in base64 by what they are of, as IDA keeps them: `Finger_Left IndexFinger`, `Iris_Right`, `Face`. The last is
   * the photo of eKYC too.
   */
  readonly biometrics?: Readonly<Record<string, string>>;
  /** The holder locked demographic authentication. */
  readonly locked?: boolean;
  /** The UIN was deactivated, and every VID with it. */
  readonly deactivated?: boolean;
  /** The UIN and every VID stand on the hotlist. */
  readonly blocked?: boolean;
}

/** Reads one line. Errors say what is wrong, never what stood there. */
export function parsePerson(line: string): Person {
  const person = parseJson(line);
  if (!isRecord(person)) throw new PersonError('is not a JSON object');
  const { uin, vids = [], handles = [], identity } = person;
  check(isDigits(uin), 'uin is not a text of 1 to 16 digits');
  check(Array.isArray(vids) && vids.every(isVid), 'vids is not a list of {vid, type, expiresAt?, revoked?}');
  check(Array.isArray(handles) && handles.every(isHandle), 'handles is not a list of texts with an @');
  check(
    isRecord(identity) && Object.values(identity).every(isStoredValue),
    'identity holds something else than texts',
  );
  check(
    person['biometrics'] === undefined || isTextRecord(person['biometrics']),
    'biometrics holds something else than texts',
  );
  for (const flag of ['locked', 'deactivated', 'blocked']) {
    check(['undefined', 'boolean'].includes(typeof person[flag]), `${flag} is neither true nor false`);
  }
  return { ...person, vids } as unknown as Person;
}

export class PersonError extends Error {
  override readonly name = 'PersonError';
}

function check(condition: boolean, problem: string): void {
  if (!condition) throw new PersonError(problem);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new PersonError('is not JSON');
  }
}

function isVid(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { vid, type, expiresAt, revoked = false } = value;
  const hasExpiry = typeof expiresAt === 'string' && !Number.isNaN(Date.parse(expiresAt));
  const isKnownType = VID_TYPES.some((known) => known === type);
  return (
    isDigits(vid) && isKnownType && (expiresAt === undefined || hasExpiry) && typeof revoked === 'boolean'
  );
}

function isHandle(value: unknown): boolean {
  return typeof value === 'string' && value.includes('@');
}

function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,16}$/.test(value);
}

function isStoredValue(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return (
    Array.isArray(value) &&
    value.every(
      (entry) =>
        isRecord(entry) && typeof entry['language'] === 'string' && typeof entry['value'] === 'string',
    )
  );
}

function isTextRecord(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((entry) => typeof entry === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
