import type { Identity, Person, StoredValue, Vid } from '../population/person.js';
import type { IdKind } from './ids.js';
import type { Random } from './random.js';
import { REGIONS, type Gender, type Region } from './vocabulary.js';

/** Under which language everything is stored, whatever the script, and lists are compared. */
export const LANGUAGE = 'eng';
/** Of the people of a region with a language of its own: how many are stored in that one as well. */
const SHARE_OF_BILINGUALS = 0.5;

/** Where people come from. */
export interface Source {
  readonly random: Random;
  /** For what came later and must not change the lists that seeds made before. */
  readonly aside: Random;
  readonly nextId: (kind: IdKind) => string;
}

/** What lists say of a person. */
interface Facts {
  readonly region: Region;
  readonly name: string;
  readonly gender: Gender;
  readonly dateOfBirth: string;
  readonly phone: string;
  readonly email: string;
  /** By the attributes of the identity, in the order in which IDA joins them to the full address. */
  readonly address: Readonly<Record<AddressPart, string>>;
}

type AddressPart =
  'addressLine1' | 'addressLine2' | 'addressLine3' | 'city' | 'region' | 'province' | 'postalCode';

/** A person of the ID system, as rows about them are made from. */
export interface MadePerson extends Facts {
  readonly person: Person;
  /** The VIDs that stay valid however often they are used. */
  readonly perpetualVids: readonly string[];
  /** The VID of their only row, if that is to use it up. */
  readonly oneTimeVid: string | undefined;
}

export interface Circumstances {
  readonly perpetualVidCount: number;
  readonly hasOneTimeVid: boolean;
  readonly locked: boolean;
  readonly deactivated: boolean;
}

export function makePerson(source: Source, circumstances: Circumstances): MadePerson {
  const { random, aside, nextId } = source;
  const facts = makeFacts(random);
  const perpetualVids = Array.from({ length: circumstances.perpetualVidCount }, () => nextId('VID'));
  const uin = nextId('UIN');
  const vids: Vid[] = perpetualVids.map((vid) => ({ vid, type: 'perpetual' }));
  vids.push(...furtherVids(random, nextId));
  const oneTimeVid = circumstances.hasOneTimeVid ? nextId('VID') : undefined;
  if (oneTimeVid !== undefined) vids.push({ vid: oneTimeVid, type: 'one-time' });
  const person: Person = {
    uin,
    vids,
    identity: identityOf(facts, aside.happens(SHARE_OF_BILINGUALS)),
    ...(circumstances.locked ? { locked: true } : {}),
    ...(circumstances.deactivated ? { deactivated: true } : {}),
  };
  return { ...facts, person, perpetualVids, oneTimeVid };
}

function makeFacts(random: Random): Facts {
  const region = random.pick(REGIONS);
  const isMale = random.happens(0.5);
  return {
    region,
    name: `${random.pick(isMale ? region.male : region.female)} ${random.pick(region.family)}`,
    gender: isMale ? 'Male' : 'Female',
    dateOfBirth: makeDate(random),
    phone: `07${digits(random, 8)}`,
    email: `person.${digits(random, 7)}@example.test`,
    address: makeAddress(random, region),
  };
}

/** A few hold a VID that is good for one transaction as well, though their row does not use it. */
function furtherVids(random: Random, nextId: Source['nextId']): readonly Vid[] {
  if (!random.happens(0.02)) return [];
  return [{ vid: nextId('VID'), type: random.happens(0.5) ? 'one-time' : 'temporary' }];
}

function makeAddress(random: Random, region: Region): Facts['address'] {
  const place = random.pick(region.places);
  return {
    addressLine1: region.house(1 + random.integer(240)),
    addressLine2: random.pick(region.streets),
    addressLine3: random.pick(region.quarters),
    ...place,
    postalCode: digits(random, region.postalCodeDigits),
  };
}

/**
 * As the ID system holds a person. The region's own language stands before the one that lists are compared in, so that
 * whoever takes the first text takes a wrong gender.
 */
function identityOf({ region, address, ...facts }: Facts, isBilingual: boolean): Identity {
  const own = isBilingual ? region.ownLanguage : undefined;
  const stored = (value: string, valueInOwn = value): StoredValue => [
    ...(own === undefined ? [] : [{ language: own.code, value: valueInOwn }]),
    { language: LANGUAGE, value },
  ];
  return {
    fullName: stored(facts.name),
    dateOfBirth: facts.dateOfBirth,
    gender: stored(facts.gender, own?.genders[facts.gender]),
    phone: facts.phone,
    email: facts.email,
    addressLine1: stored(address.addressLine1),
    addressLine2: stored(address.addressLine2),
    addressLine3: stored(address.addressLine3),
    city: stored(address.city),
    region: stored(address.region),
    province: stored(address.province),
    postalCode: address.postalCode,
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
