import type { Expected } from './case.js';
import { CONFIRMS, group, means, refuses, settles, SILENCE } from './build.js';
import { nameAs } from './given.js';

const NORMALIZE = 'Normalizer_V_1_0, demosdk v1.2.0.1';
const TITLES = ['mr', 'mrs', 'ms', 'miss', 'dr', 'prof'] as const;

/** Which titles the country has in its master data: in small letters, the one spelling that never hangs. */
export const TITLE_CASES = group(
  'title',
  {
    kind: 'rule',
    checks: [28],
    certainty: 'uncertain',
    source: `${NORMALIZE}; master data of the country`,
    who: 'uin',
  },
  Object.fromEntries(
    TITLES.map((title) => [
      title,
      {
        title: `Whether "${title}" is a title, and so dropped from names`,
        given: nameAs((name) => `${title} ${name.toLowerCase()}`),
        expected: inList(),
      },
    ]),
  ),
);

function inList(): Expected {
  return settles(
    means('drops it: it is in the list', CONFIRMS),
    means('compares it: it is not in the list', refuses('IDA-DEA-001')),
  );
}

export const DANGEROUS_CASES = group(
  'dangerous',
  { kind: 'rule', checks: [28], certainty: 'uncertain', source: `${NORMALIZE}.removeAllCases`, who: 'uin' },
  {
    'title-in-odd-case': {
      title:
        'A title in odd case ("mR"): the reference matcher looks for it for ever and keeps a thread of IDA busy',
      isDangerous: true,
      given: nameAs((name) => `mR ${name.toLowerCase()}`),
      expected: settles(
        means('never answers', SILENCE),
        means('drops it', CONFIRMS),
        means('compares it', refuses('IDA-DEA-001')),
      ),
    },
  },
);
