import type { Person, StoredValue, Vid } from '../population/person.js';
import type { IdKind } from './ids.js';
import type { Random } from './random.js';
import { REGIONS, type Region } from './vocabulary.js';

/** Under which language everything is stored, whatever the script. */
export const LANGUAGE = 'eng';

export type IdSource = (kind: IdKind) => string;

/** A person of the ID system, as rows about them are made from. */
export interface MadePerson {
  readonly person: Person;
  readonly region: Region;
  readonly name: string;
  readonly gender: string;
  readonly dateOfBirth: string;
  readonly phone: string;
  readonly email: string;
  /** In the order in which IDA joins them to the full address. */
  readonly addressParts: readonly string[];
  /** The VIDs that stay valid however often they are used. */
  readonly perpetualVids: readonly string[];
}

export interface Circumstances {
  readonly vidCount: number;
  readonly locked: boolean;
  readonly deactivated: boolean;
}

export function makePerson(random: Random, nextId: IdSource, circumstances: Circumstances): MadePerson {
  const region = random.pick(REGIONS);
  const isMale = random.happens(0.5);
  const made = {
    region,
    name: `${random.pick(isMale ? region.male : region.female)} ${random.pick(region.family)}`,
    gender: isMale ? 'Male' : 'Female',
    dateOfBirth: makeDate(random),
    phone: `07${digits(random, 8)}`,
    email: `person.${digits(random, 7)}@example.test`,
  };
  const address = makeAddress(random, region);
  const perpetualVids = Array.from({ length: circumstances.vidCount }, () => nextId('VID'));
  const person: Person = {
    uin: nextId('UIN'),
    vids: [...perpetualVids.map((vid): Vid => ({ vid, type: 'perpetual' })), ...furtherVids(random, nextId)],
    identity: {
      fullName: inLanguage(made.name),
      dateOfBirth: made.dateOfBirth,
      gender: inLanguage(made.gender),
      phone: made.phone,
      email: made.email,
      ...address,
    },
    ...(circumstances.locked ? { locked: true } : {}),
    ...(circumstances.deactivated ? { deactivated: true } : {}),
  };
  return { ...made, person, perpetualVids, addressParts: Object.values(address).map(textOf) };
}

/** A few hold a VID that is good for one transaction as well; rows never use it, as a second run would fail. */
function furtherVids(random: Random, nextId: IdSource): readonly Vid[] {
  if (!random.happens(0.02)) return [];
  return [{ vid: nextId('VID'), type: random.happens(0.5) ? 'one-time' : 'temporary' }];
}

function makeAddress(random: Random, region: Region): Readonly<Record<string, StoredValue>> {
  const place = random.pick(region.places);
  return {
    addressLine1: inLanguage(region.house(1 + random.integer(240))),
    addressLine2: inLanguage(random.pick(region.streets)),
    addressLine3: inLanguage(random.pick(region.quarters)),
    city: inLanguage(place.city),
    region: inLanguage(place.region),
    province: inLanguage(place.province),
    postalCode: digits(random, region.postalCodeDigits),
  };
}

function makeDate(random: Random): string {
  const [year, month, day] = [1940 + random.integer(76), 1 + random.integer(12), 1 + random.integer(28)];
  return `${year}/${twoDigits(month)}/${twoDigits(day)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

function digits(random: Random, length: number): string {
  return String(random.integer(10 ** length)).padStart(length, '0');
}

function inLanguage(value: string): StoredValue {
  return [{ language: LANGUAGE, value }];
}

function textOf(stored: StoredValue): string {
  return typeof stored === 'string' ? stored : stored.map(({ value }) => value).join(' ');
}
