import { isVerhoeffValid } from '@mts/crypto';
import { expect, it } from 'vitest';

import { peopleCsv, person } from './people.js';

it("all people are different, and each has a number that can be somebody's", () => {
  const people = Array.from({ length: 3000 }, (_, index) => person(index));
  expect(people.every(({ vid }) => vid.length === 10 && isVerhoeffValid(vid))).toBe(true);
  for (const field of ['vid', 'name', 'phoneNumber', 'emailId', 'fullAddress'] as const)
    expect(new Set(people.map((one) => one[field])).size).toBe(people.length);
});

it('a list goes on where another one ended', async () => {
  const [head, ...rows] = (await peopleCsv(2500).text()).trimEnd().split('\r\n');
  const [, ...later] = (await peopleCsv(500, 2000).text()).trimEnd().split('\r\n');
  expect(head).toBe('vid,name,gender,dob,phoneNumber,emailId,fullAddress');
  expect(rows).toHaveLength(2500);
  expect(rows.slice(2000)).toEqual(later);
});
