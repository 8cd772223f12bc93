import type { Ask, Case, Expected, Outcome, Reading } from './case.js';

/** A case as it is written down: what its group says once is left out, and a lone ask stands in the case itself. */
type Written = Omit<Case, 'id' | 'asks' | 'kind' | 'checks' | 'certainty' | 'source'> &
  Partial<Pick<Case, 'kind' | 'checks' | 'certainty' | 'source'>> &
  (
    | { readonly asks: Case['asks'] }
    | (Omit<Ask, 'call' | 'who' | 'inTransaction'> & Partial<Pick<Ask, 'call' | 'who'>>)
  );

type Shared = Pick<Case, 'kind' | 'checks' | 'certainty' | 'source' | 'needs'> &
  Partial<Pick<Ask, 'call' | 'who'>>;

/** The cases of a group by their names; ids are `group.name`. */
export function group(
  name: string,
  shared: Shared,
  written: Readonly<Record<string, Written>>,
): readonly Case[] {
  const { call = 'auth', who = 'nobody', ...ofTheCase } = shared;
  return Object.entries(written).map(([caseName, each]) => {
    const id = `${name}.${caseName}`;
    if ('asks' in each) return { ...ofTheCase, ...each, id };
    const { call: ownCall = call, who: ownWho = who, given, changes, by, expected, also, ...rest } = each;
    const ask: Ask = {
      call: ownCall,
      who: ownWho,
      expected,
      ...(given === undefined ? {} : { given }),
      ...(changes === undefined ? {} : { changes }),
      ...(by === undefined ? {} : { by }),
      ...(also === undefined ? {} : { also }),
    };
    return { ...ofTheCase, ...rest, id, asks: [ask] };
  });
}

export const CONFIRMS: Outcome = { kind: 'confirms' };
export const SILENCE: Outcome = { kind: 'silence' };

export function refuses(...codes: readonly string[]): Outcome {
  return { kind: 'refuses', codes };
}

export function http(status: number): Outcome {
  return { kind: 'http', status };
}

export function means(text: string, outcome: Outcome): Reading {
  return { means: text, outcome };
}

export function always(outcome: Outcome): Expected {
  return { '1.1.5': outcome };
}

export function settles(...readings: readonly Reading[]): Expected {
  return { '1.1.5': readings };
}

/** What the filter refuses: from 1.2.0 the general code stands in front (`BaseIDAFilter.sendErrorResponse`). */
export function filterRefuses(code: string): Expected {
  return { '1.1.5': refuses(code), '1.2.0': refuses(GENERAL, code) };
}

export const GENERAL = 'IDA-MLC-007';
/** What IDA says of the number that nobody has, when it has no other objection. */
export const NOBODY = 'IDA-MLC-002';

/** Everything was taken but the number. */
export const ACCEPTED: Expected = always(refuses(NOBODY));

/**
 * What the validator refuses. The controller looks at the number all the same and adds its own objection
 * (`AuthController.authenticateIndividual`).
 */
export function validatorRefuses(...codes: readonly string[]): Expected {
  return always(refuses(...codes, NOBODY));
}
