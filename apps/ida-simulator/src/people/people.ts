import type { Person } from '../population/person.js';
import { expectationOf, type Expectation } from './expectation.js';
import { IdSequence, type IdKind } from './ids.js';
import { malformed } from './malformed.js';
import { withMismatch } from './mismatches.js';
import { makePerson, type MadePerson, type Source } from './person.js';
import { Random } from './random.js';
import { makeRow, type Row } from './row.js';
import { DEFAULT_SHARES, KINDS, type Kind, type Shares } from './shares.js';

export interface MakeOptions {
  /** Rows of the list, at least 1. */
  readonly count: number;
  /** 0 to 2^32 - 1. The same seed makes the same people. */
  readonly seed: number;
  /** Whom the tokens are for. */
  readonly partnerId: string;
  /** Default: {@link DEFAULT_SHARES}. */
  readonly shares?: Shares;
}

/** One row of a list, what is to come of it, and the person that enters the ID system with it. */
export interface Made {
  readonly row: Row;
  readonly expected: Expectation;
  /** The first row with the same token, if this is not the first; rows count from 1. */
  readonly sameAsLine?: number;
  readonly person?: Person;
}

/**
 * How far below the first row the second one of a person stands. Nobody new is made while somebody is due, so this is
 * also the most people that are ever held.
 */
export const FARTHEST_APART = 200;
const SHARE_OF_UINS = 0.1;
/** Makes another stream of random numbers from the same seed (any number will do; this is pi's fraction). */
const ASIDE = 0x243f6a88;

interface First extends Made {
  readonly made: MadePerson;
}

interface Awaited {
  readonly made: MadePerson;
  readonly vid: string;
  readonly firstLine: number;
  readonly dueLine: number;
}

/** Makes a list and the people in it, one row at a time, holding no more than the few that are to come again. */
export function* makePeople(options: MakeOptions): Generator<Made> {
  const { count, seed, partnerId } = options;
  const random = new Random(seed);
  const source: Source = { random, aside: new Random(seed ^ ASIDE), nextId: idSource(random) };
  const awaited: Awaited[] = [];
  for (let line = 1; line <= count; line += 1) {
    const dueIndex = awaited.findIndex(({ dueLine }) => dueLine <= line);
    const [due] = dueIndex < 0 ? [] : awaited.splice(dueIndex, 1);
    if (due !== undefined) {
      const row = makeRow(random, due.made, due.vid);
      yield { row, expected: intended(row, due.made, partnerId, 'match'), sameAsLine: due.firstLine };
      continue;
    }
    const { made, ...first } = makeFirst(source, options);
    yield first;
    const [, vid] = made.perpetualVids;
    if (vid === undefined) continue;
    awaited.push({ made, vid, firstLine: line, dueLine: line + 1 + random.integer(FARTHEST_APART) });
  }
}

/** A sequence draws its start when it is first needed, which is part of what a seed means. */
function idSource(random: Random): Source['nextId'] {
  const sequences: Partial<Record<IdKind, IdSequence>> = {};
  return (kind) => (sequences[kind] ??= new IdSequence(kind, random)).next();
}

function makeFirst(source: Source, { partnerId, shares = DEFAULT_SHARES }: MakeOptions): First {
  const { random, aside } = source;
  const kind = pickKind(random, shares);
  const isRepeated = kind === 'match' && random.happens(shares.repeated);
  const made = makePerson(source, {
    perpetualVidCount: isRepeated ? 2 : 1,
    hasOneTimeVid: !isRepeated && aside.happens(shares.oneTimeVids),
    locked: kind === 'locked',
    deactivated: kind === 'deactivated',
  });
  const row = makeRow(random, made, pickId(random, made, isRepeated));
  const { person } = made;
  if (kind === 'unknown') return { made, row, expected: { status: 'error', errorCode: 'IDA-MLC-018' } };
  if (kind === 'malformed') {
    const { row: defective, errorCode } = malformed(random, row);
    return { made, row: defective, expected: { status: 'invalid', errorCode }, person };
  }
  const final = kind === 'mismatches' ? withMismatch(random, row, made) : row;
  return { made, row: final, expected: intended(final, made, partnerId, kind), person };
}

function pickKind(random: Random, shares: Shares): Kind {
  let point = random.next();
  for (const kind of KINDS) {
    if (point < shares[kind]) return kind;
    point -= shares[kind];
  }
  return 'match';
}

/** Most lists hold VIDs; some people are known by their UIN. Whoever was given a one-time VID uses it. */
function pickId(
  random: Random,
  { person, perpetualVids, oneTimeVid }: MadePerson,
  isRepeated: boolean,
): string {
  const isByUin = !isRepeated && random.happens(SHARE_OF_UINS);
  const [vid = person.uin] = perpetualVids;
  return oneTimeVid ?? (isByUin ? person.uin : vid);
}

/** The expectation, provided that the row is of the kind that it was made for: a list must not lie about itself. */
function intended(row: Row, made: MadePerson, partnerId: string, kind: Kind): Expectation {
  const expected = expectationOf(row, made, partnerId);
  if ((expected.status === 'processed') !== (kind === 'match')) {
    throw new Error(`the generator made a row of the kind "${kind}" that the matching takes for another`);
  }
  return expected;
}
