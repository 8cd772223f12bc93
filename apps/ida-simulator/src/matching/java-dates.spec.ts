import { describe, expect, it } from 'vitest';

import { ageInYears, parseDateOfBirth, parseRequestTime } from './java-dates.js';

/** What SimpleDateFormat of Java 17 answered to the same texts, non-lenient and in UTC. */
describe('a date of birth', () => {
  it.each([
    ['1976/01/01', '1976-01-01'],
    ['1976/1/1', '1976-01-01'],
    ['1976/01/01xyz', '1976-01-01'],
    [' 1976/ 1/ 1', '1976-01-01'],
    ['1976/01/010', '1976-01-10'],
    ['76/01/01', '0076-01-01'],
    ['1984/02/29', '1984-02-29'],
  ])('%j is read as %s', (text, date) => {
    expect(parseDateOfBirth(text)).toBe(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
  });

  it.each([
    '1976-01-01',
    '01/02/1976',
    '25/11/1990',
    '1976/02/30',
    '19760101',
    '1976 /01/01',
    '0/1/1',
    '1976/00/10',
    '',
  ])('%j is none', (text) => {
    expect(parseDateOfBirth(text)).toBeUndefined();
  });
});

describe('a request time', () => {
  it.each([
    ['2026-01-31T10:20:30.123Z', '2026-01-31T10:20:30.123Z'],
    ['2026-01-31T10:20:30.123+05:30', '2026-01-31T04:50:30.123Z'],
    ['2026-01-31T10:20:30.123-05:30', '2026-01-31T15:50:30.123Z'],
    ['2026-01-31T10:20:30.5Z', '2026-01-31T10:20:30.005Z'],
    ['2026-01-31T10:20:30.50Z', '2026-01-31T10:20:30.050Z'],
    ['2026-1-3T1:2:3.123Z', '2026-01-03T01:02:03.123Z'],
    ['2026-01-31T10:20:30.123Zxx', '2026-01-31T10:20:30.123Z'],
  ])('%j is read as %s', (text, time) => {
    expect(parseRequestTime(text)).toBe(Date.parse(time));
  });

  it.each([
    '2026-01-31T10:20:30Z',
    '2026-01-31T10:20:30.123456Z',
    '2026-01-31T10:20:30.123+0530',
    '2026-01-31T10:20:30.123+24:00',
    '2026-01-31T24:20:30.123Z',
    '2026-01-31T10:20:60.123Z',
    '2026-02-30T10:20:30.123Z',
    '2026-01-31 10:20:30.123Z',
    '2026-01-31T10:20:30.123z',
  ])('%j is none', (text) => {
    expect(parseRequestTime(text)).toBeUndefined();
  });
});

it('an age grows on the birthday', () => {
  const born = parseDateOfBirth('1980/06/15') ?? 0;
  expect(ageInYears(born, new Date('2026-06-14T23:59:59Z'))).toBe(45);
  expect(ageInYears(born, new Date('2026-06-15T00:00:00Z'))).toBe(46);
  expect(ageInYears(born, new Date('2026-05-20T00:00:00Z'))).toBe(45);
  expect(ageInYears(born, new Date('2026-07-01T00:00:00Z'))).toBe(46);
});
