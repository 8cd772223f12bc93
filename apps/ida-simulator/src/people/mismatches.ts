import type { MadePerson } from './person.js';
import type { Random } from './random.js';
import type { Row } from './row.js';

const MS_PER_DAY = 24 * 3_600_000;

type Change = (random: Random, row: Row, made: MadePerson) => Partial<Row>;

/** Somebody else's name, a word missing, or two letters exchanged. */
const changeName: Change = (random, _row, { name, region }) => {
  const words = name.split(' ');
  const first = words[0] ?? '';
  const choices = [
    `${first} ${random.pick(region.family.filter((family) => !name.endsWith(family)))}`,
    words.slice(1).join(' '),
    name.slice(0, 1) + name.slice(2, 3) + name.slice(1, 2) + name.slice(3) + name.slice(-1),
  ];
  return { name: random.pick(choices) };
};

/** Off by some days or by a year. */
const changeDateOfBirth: Change = (random, _row, { dateOfBirth }) => {
  const date = new Date(`${dateOfBirth.replaceAll('/', '-')}T00:00:00Z`);
  const other = new Date(date.getTime() + random.pick([1, -1, 10, 366]) * MS_PER_DAY);
  return { dob: other.toISOString().slice(0, 10).replaceAll('-', '/') };
};

const changeGender: Change = (_random, _row, { gender }) => ({
  gender: gender === 'Male' ? 'Female' : 'Male',
});

const changeAddress: Change = (random, { fullAddress }) => ({
  fullAddress: `${fullAddress} ${100 + random.integer(900)}`,
});

/** Makes a row wrong in one respect or, for a share of them, in several. */
export function withMismatch(random: Random, row: Row, made: MadePerson): Row {
  const single: readonly (readonly Change[])[] = [
    [changeName],
    [changeName],
    [changeDateOfBirth],
    [changeGender],
  ];
  const several: readonly (readonly Change[])[] = [
    [changeName, changeDateOfBirth],
    [changeName, changeGender, changeDateOfBirth],
    [changeDateOfBirth, changeAddress],
  ];
  const changes = random.pick(random.happens(0.3) ? several : single);
  return changes.reduce((changed, change) => ({ ...changed, ...change(random, changed, made) }), row);
}
