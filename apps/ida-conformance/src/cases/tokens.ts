import type { Ask, Case } from './case.js';
import { always, CONFIRMS, group, means, settles } from './build.js';
import { everything, sameDob } from './given.js';

const TOKEN = 'TokenIDGenerator, id-repository v1.2.0.1; AuthFacadeImpl.getToken, id-authentication v1.2.0.1';
const first = (who: Ask['who']): Ask => ({ call: 'auth', who, given: sameDob, expected: always(CONFIRMS) });
const again = (who: Ask['who'], same: string, other: string): Ask => ({
  call: 'auth',
  who,
  given: sameDob,
  expected: settles(
    means(same, { kind: 'confirms', token: 'same' }),
    means(other, { kind: 'confirms', token: 'other' }),
  ),
});

/** Which token comes. Check 26. */
const RULES = group(
  'token',
  { kind: 'rule', checks: [26], certainty: 'uncertain', source: TOKEN },
  {
    'asked-twice': {
      title: 'Whether a person has one token, or a random one in each call (authTokenType of the policy)',
      asks: [
        first('uin'),
        again('uin', 'gives one lasting token', 'gives random tokens: the policy is of no use for seeding'),
      ],
    },
    'uin-and-vid': {
      title: 'Whether the token is one for the UIN and a VID of it',
      asks: [
        first('uin'),
        again('vid', 'gives one token by UIN and VID', 'gives a VID another token than its UIN'),
      ],
    },
    'uin-and-handle': {
      title: 'Whether the token is one for the UIN and a handle of it',
      from: '1.2.0.1',
      asks: [
        first('uin'),
        again('handle', 'gives one token by UIN and handle', 'gives a handle another token than its UIN'),
      ],
    },
  },
);

const CLIENT = "this project's client of IDA (libs/ida-client)";

/** The bytes of this project's own client. */
const CLIENT_CASES = group(
  'client',
  { kind: 'form', checks: [28], certainty: 'read in code', source: CLIENT },
  {
    preflight: {
      title: 'The preflight of the token seeder succeeds',
      checks: [22],
      by: 'the client',
      expected: always({ kind: 'refuses', codes: ['IDA-MLC-002'] }),
    },
    matches: {
      title: 'A person whom the token seeder asks for is confirmed',
      by: 'the client',
      who: 'uin',
      given: everything,
      expected: always(CONFIRMS),
    },
  },
);

export const TOKEN_CASES: readonly Case[] = [...RULES, ...CLIENT_CASES];
