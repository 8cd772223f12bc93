import { CODES, PROFILES } from '@mts/ida-client';
import { describe, expect, it } from 'vitest';

import { type Ask, type Case, isSomebody, readingsFor, touchOf, VERSIONS } from './case.js';
import { CASES, NOT_PROVOKABLE } from './index.js';

const CHECKS = Array.from({ length: 29 }, (_unused, index) => index + 1);
const readingsOf = (ask: Ask) => VERSIONS.flatMap((version) => readingsFor(ask.expected, version));
const isOpen = ({ asks }: Case): boolean =>
  VERSIONS.some((version) => asks.some((ask) => readingsFor(ask.expected, version).length > 1));
const idOf = ({ id }: Case): string => id;

describe('the cases', () => {
  it('have ids of their own', () => {
    expect(CASES.map(idOf).toSorted()).toEqual([...new Set(CASES.map(idOf))].toSorted());
  });

  it('cover each of the 29 checks of IDA, or say why no client can', () => {
    const covered = new Set([...CASES, ...NOT_PROVOKABLE].flatMap(({ checks }) => checks));
    expect(CHECKS.filter((check) => !covered.has(check))).toEqual([]);
  });

  it('expect only codes that the client knows as well', () => {
    const codes = CASES.flatMap(({ asks }) => asks.flatMap(readingsOf)).flatMap(({ outcome }) =>
      outcome.kind === 'refuses' ? outcome.codes : [],
    );
    expect(codes.filter((code) => !CODES.has(code))).toEqual([]);
  });

  it('are uncertain just if some version leaves open what a call brings', () => {
    const wronglyUncertain = CASES.filter((each) => each.certainty === 'uncertain' && !isOpen(each));
    expect(wronglyUncertain.map(idOf)).toEqual([]);
  });

  it.each(VERSIONS)('agree with what the client knows of %s', (version) => {
    const profile = PROFILES[version];
    const codesOf = (id: string): readonly string[] => {
      const ask = CASES.find((each) => each.id === id)?.asks[0];
      const outcome = ask && readingsFor(ask.expected, version)[0]?.outcome;
      return outcome?.kind === 'refuses'
        ? [...outcome.codes, `token ${outcome.token ?? 'of no matter'}`]
        : [];
    };
    expect(codesOf('partner.unknown-licence').includes('IDA-MLC-007')).toBe(profile.genericErrorInFront);
    expect(codesOf('partner.another-certificate').includes('IDA-MPA-021')).toBe(profile.comparesCertificate);
    expect(codesOf('signature.x5c-der-with-line-feeds').includes('IDA-MPA-001')).toBe(
      profile.strictCertificate,
    );
    expect(codesOf('matching.mismatch').includes('token present')).toBe(profile.tokenOnRefusal);
  });

  it('say what each reading of an open question means', () => {
    const mute = CASES.filter(({ asks }) =>
      asks.some((ask) =>
        VERSIONS.some((version) => {
          const readings = readingsFor(ask.expected, version);
          return readings.length > 1 && readings.some(({ means }) => means === '');
        }),
      ),
    );
    expect(mute.map(idOf)).toEqual([]);
  });

  it('touch nobody unless they send the number of somebody', () => {
    const touching = CASES.filter(
      (each) => touchOf(each) === 'nobody' && each.asks.some(({ who }) => isSomebody(who)),
    );
    expect(touching.map(idOf)).toEqual([]);
  });

  it('begin with one that tells whether there is an IDA, and touches nobody', () => {
    const [first] = CASES;
    expect(first && [first.id, touchOf(first)]).toEqual(['message.usual-form', 'nobody']);
  });

  it.each([
    ['replacements that keep a space', 'matching.glued-words'],
    ['the real list of titles', 'title.mr'],
    ['HTTP code for bodies that are not JSON', 'message.not-json'],
    ['names that hang IDA', 'dangerous.title-in-odd-case'],
    ['a one-time VID used up before the comparison', 'one-time-vid.used-by-mismatch'],
    ['a token with a mismatch', 'matching.mismatch'],
    ['one token by UIN and VID', 'token.uin-and-vid'],
    ['random tokens', 'token.asked-twice'],
    ['lenient dates of birth', 'matching.dob-with-more-behind'],
    ['the rule of ages', 'matching.age-of-one'],
    ['signed errors', 'signature.missing'],
    ['the answer to a preflight', 'number.uin-with-wrong-check-digit'],
    ['a number without its type', 'number.type-absent'],
    ['the form of eKYC answers', 'kyc.identity'],
    ['OTP', 'otp.right-otp'],
    ['the size of headers', 'signature.long-header'],
    ['strict x5c', 'signature.x5c-pem-with-line-feeds'],
    ['thumbprints in hex', 'envelope.thumbprint-hex'],
    ['times with an offset', 'validity.time-with-offset'],
    ['the edges of the time window', 'validity.window-50-s-old'],
  ])('settle what is not known of a live IDA: %s', (_question, id) => {
    expect(CASES.map(idOf)).toContain(id);
  });
});
