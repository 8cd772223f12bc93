import { describe, expect, it } from 'vitest';

import { PersonalData } from './personal-data.js';

const PERSON = {
  source: {
    vid: '7160735413462580',
    name: "Mr Sean O'Brien-Smith",
    phoneNumber: '0799482294',
    emailId: 'person.4552711@example.test',
  },
  expected: {},
  isOneTimeVid: false,
};
const data = PersonalData.of([PERSON], [{ token: '367689216120011200690909783424273169' }]);

describe('what tells who a person is', () => {
  it.each([
    [`{"msg":"asked about 7160735413462580"}`, 'a number of a person or a Token ID'],
    ['token=367689216120011200690909783424273169', 'a number of a person or a Token ID'],
    ['calls 0799482294', 'a number of a person or a Token ID'],
    ['to <person.4552711@example.test>', 'an e-mail address'],
    [`{"name":"Sean O'Brien-Smith"}`, 'a name'],
  ])('is found in %s', (text, kind) => {
    expect(data.kindsIn(text)).toEqual([kind]);
  });

  it('is not seen where only digits or a single word agree', () => {
    expect(data.kindsIn('{"time":71607354134625801,"app":"Sean","id":"4552711"}')).toEqual([]);
  });
});
