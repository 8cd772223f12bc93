import type { Person } from '../population/person.js';
import { expectationOf, type Expectation } from './expectation.js';
import { idSequence, type IdKind } from './ids.js';
import { malformed } from './malformed.js';
import { withMismatch } from './mismatches.js';
import { makePerson, type Circumstances, type MadePerson } from './person.js';
import { Random } from './random.js';
import { makeRow, type Row } from './row.js';

export interface MakeOptions {
  /** Rows of the list, at least 1. */
  readonly count: number;
  /** 0 to 2^32 - 1. The same seed makes the same people. */
  readonly seed: number;
  /** Whom the tokens are for. */
  readonly partnerId: string;
}

/** One row of a list, what is to come of it, and the person that enters the ID system with it. */
export interface Made {
  readonly row: Row;
  readonly expected: Expectation;
  /** The first row with the same token, if this is not the first; rows count from 1. */
  readonly sameAsLine?: number;
  readonly person?: Person;
}

/** The kinds of rows, and which share of a list they are; the rest are people whose data match. */
const SHARES = { mismatch: 0.06, unknown: 0.02, malformed: 0.04, locked: 0.005, deactivated: 0.005 } as const;
type Kind = keyof typeof SHARES | 'match';

/** Of the people whose data match: how many come a second time, under another VID. */
const SHARE_OF_TWICE = 0.04;
/** How far below the first the second row stands. */
const FARTHEST_APART = 200;
const SHARE_OF_UINS = 0.1;

interface Awaited {
  readonly made: MadePerson;
  readonly vid: string;
  readonly firstLine: number;
  readonly dueLine: number;
}

/** Makes a list and the people in it, one row at a time, holding no more than the few that are to come again. */
export function* makePeople({ count, seed, partnerId }: MakeOptions): Generator<Made> {
  const random = new Random(seed);
  const sequences = { UIN: idSequence('UIN', random), VID: idSequence('VID', random) };
  const nextId = (kind: IdKind): string => sequences[kind].next().value;
  const awaited: Awaited[] = [];
  for (let line = 1; line <= count; line += 1) {
    const dueIndex = awaited.findIndex(({ dueLine }) => dueLine <= line);
    const [due] = dueIndex < 0 ? [] : awaited.splice(dueIndex, 1);
    if (due !== undefined) {
      const row = makeRow(random, due.made, due.vid);
      yield { row, expected: intended(row, due.made, partnerId, 'match'), sameAsLine: due.firstLine };
      continue;
    }
    const kind = pickKind(random);
    const isTwice = kind === 'match' && random.happens(SHARE_OF_TWICE);
    const made = makePerson(random, nextId, circumstancesOf(kind, isTwice));
    const [firstVid = '', secondVid] = made.perpetualVids;
    yield makeFirst(random, made, kind, { partnerId, individualId: pickId(random, made, firstVid, isTwice) });
    if (secondVid !== undefined) {
      const dueLine = line + 1 + random.integer(FARTHEST_APART);
      awaited.push({ made, vid: secondVid, firstLine: line, dueLine });
    }
  }
}

function pickKind(random: Random): Kind {
  let point = random.next();
  for (const kind of Object.keys(SHARES) as (keyof typeof SHARES)[]) {
    if (point < SHARES[kind]) return kind;
    point -= SHARES[kind];
  }
  return 'match';
}

function circumstancesOf(kind: Kind, isTwice: boolean): Circumstances {
  return { vidCount: isTwice ? 2 : 1, locked: kind === 'locked', deactivated: kind === 'deactivated' };
}

/** Most lists hold VIDs; some people are known by their UIN. */
function pickId(random: Random, { person }: MadePerson, vid: string, isTwice: boolean): string {
  return !isTwice && random.happens(SHARE_OF_UINS) ? person.uin : vid;
}

interface RowOptions {
  readonly partnerId: string;
  readonly individualId: string;
}

function makeFirst(
  random: Random,
  made: MadePerson,
  kind: Kind,
  { partnerId, individualId }: RowOptions,
): Made {
  const row = makeRow(random, made, individualId);
  if (kind === 'unknown') return { row, expected: { status: 'error', errorCode: 'IDA-MLC-018' } };
  const { person } = made;
  if (kind === 'malformed') {
    const { row: defective, errorCode } = malformed(random, row);
    return { row: defective, expected: { status: 'invalid', errorCode }, person };
  }
  const final = kind === 'mismatch' ? withMismatch(random, row, made) : row;
  return { row: final, expected: intended(final, made, partnerId, kind), person };
}

/** The expectation, provided that the row is of the kind that it was made for: a list must not lie about itself. */
function intended(row: Row, made: MadePerson, partnerId: string, kind: Kind): Expectation {
  const expected = expectationOf(row, made, partnerId);
  if ((expected.status === 'processed') !== (kind === 'match')) {
    throw new Error(`the generator made a row of the kind "${kind}" that the matching takes for another`);
  }
  return expected;
}
