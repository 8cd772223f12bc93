import type { MadePerson } from './person.js';
import type { Random } from './random.js';

/** The columns of a list, in their order. */
export const COLUMNS = ['vid', 'name', 'gender', 'dob', 'phoneNumber', 'emailId', 'fullAddress'] as const;

export type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** A row that IDA matches with the person, spelled as lists are: not always as the ID system spells it. */
export function makeRow(random: Random, made: MadePerson, individualId: string): Row {
  return {
    vid: individualId,
    name: spelledName(random, made),
    gender: random.happens(0.2) ? made.gender.toLowerCase() : made.gender,
    dob: random.happens(0.15) ? made.dateOfBirth.replaceAll('/', '-') : made.dateOfBirth,
    phoneNumber: random.happens(0.7) ? made.phone : '',
    emailId: random.happens(0.7) ? made.email : '',
    fullAddress: spelledAddress(random, made),
  };
}

/** Case, order of words, titles, and blanks for hyphens and apostrophes make no difference to IDA. */
function spelledName(random: Random, { name, gender, region }: MadePerson): string {
  const title = random.pick(gender === 'Male' ? ['Mr ', 'Mr. ', 'Dr. '] : ['Mrs ', 'Ms. ', 'Miss ']);
  const spellings: readonly (readonly [share: number, spelled: string])[] = [
    [0.1, name.split(' ').toReversed().join(' ')],
    [0.1, name.toUpperCase()],
    [0.08, name.toLowerCase()],
    [0.08, name.replaceAll(/[-']/g, ' ')],
    [0.04, name.replace(' ', '  ')],
    [0.08, region.script === 'Latin' ? title + name : name],
  ];
  return choose(random, spellings) ?? name;
}

/** Nor do order, commas and the abbreviations that IDA knows. Capitals would: its address rules tell `dr` from `DR`. */
function spelledAddress(random: Random, { address: parts, region }: MadePerson): string {
  const addressParts = Object.values(parts);
  const address = addressParts.join(', ');
  const spellings: readonly (readonly [share: number, spelled: string])[] = [
    [0.1, addressParts.toReversed().join(', ')],
    [0.1, addressParts.join(' ')],
    [0.08, address.toLowerCase()],
    [0.12, region.script === 'Latin' ? abbreviated(address) : address],
  ];
  return choose(random, spellings) ?? address;
}

function abbreviated(address: string): string {
  return address
    .replaceAll('Street', 'St.')
    .replaceAll('Road', 'Rd')
    .replaceAll('Apartment', 'Apt')
    .replaceAll('No. ', '');
}

/** At most one of the choices, each with its share of the cases. */
function choose(
  random: Random,
  choices: readonly (readonly [share: number, text: string])[],
): string | undefined {
  let point = random.next();
  for (const [share, text] of choices) {
    if (point < share) return text;
    point -= share;
  }
  return undefined;
}
