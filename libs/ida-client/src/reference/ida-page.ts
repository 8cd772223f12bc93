import { CODE_FAMILIES, type CodeRule, UNKNOWN } from '../codes.js';
import { type Profile, PROFILE_NAMES, PROFILES } from '../profiles.js';
import { anchorOf, page, quoted, table } from './markdown.js';
import { OWN_CODES } from './own-codes.js';

/** The text of `docs/reference/ida.md`. */
export function idaPage(): string {
  return page('Asking IDA', 'libs/ida-client/src/reference, codes and profiles.ts', [
    "MOSIP's ID Authentication (IDA) is asked about each record: do this number and these attributes belong together? This page says what each answer means, what differs between versions of IDA, what a call does to the person, and how to begin with a real IDA. Every code in every version is listed in [ida-codes.md](ida-codes.md).",
    ...CLASSES,
    ...VERSIONS,
    ...CODES_INTRODUCTION,
    ...CODE_FAMILIES.flatMap(({ title, codes }) => family(title, [...codes])),
    ...ownCodes(),
    ...PRIVACY,
    ...FIRST_RUN,
  ]);
}

const CLASSES = [
  '## Four classes of answers',
  table(
    ['class', 'says', 'what becomes of the row', 'who acts'],
    [
      [
        '[record](../errors/record.md)',
        'something about this person',
        'it is final, and stands in the result with all codes of IDA',
        'whoever handed the list in',
      ],
      [
        '[configuration](../errors/configuration.md)',
        'something about the set-up, or about a choice made for the whole list',
        'it waits; nothing is lost',
        'the operator, or whoever handed the list in',
      ],
      [
        '[transient](../errors/transient.md)',
        'nothing about anybody: IDA fails or is silent',
        'it waits, and is asked again at most once',
        "nobody, or IDA's operator",
      ],
      [
        '[client](../errors/client.md)',
        'something about this machine: its clock, or a defect',
        'it waits; nothing is lost',
        'the operator',
      ],
    ],
  ),
  'An answer with several codes is as grave as the gravest of them: configuration, then client, then transient, then record. `IDA-MLC-007` beside another code says nothing. A Token ID counts only in an answer that says `authStatus: true` and has no error; up to 1.2.0.1 IDA sends one with mismatches too.',
];

const yes = (value: boolean): string => (value ? 'yes' : 'no');

const DIFFERENCES: readonly (readonly [what: string, cellOf: (profile: Profile) => string])[] = [
  ['read from the source of', ({ tag }) => `\`${tag}\``],
  ['the request says which factors to check', ({ sendsRequestedAuth }) => yes(sendsRequestedAuth)],
  [
    'a request may be so old, by default',
    ({ windowSeconds }) => (windowSeconds < 120 ? `${windowSeconds} s` : `${windowSeconds / 60} min`),
  ],
  [
    '`IDA-MLC-007` stands in front of faults of the set-up',
    ({ genericErrorInFront }) => yes(genericErrorInFront),
  ],
  [
    'the certificate must be the one that partner management gave back',
    ({ comparesCertificate }) => yes(comparesCertificate),
  ],
  ['a refusal comes with a Token ID, which must not be taken', ({ tokenOnRefusal }) => yes(tokenOnRefusal)],
  [
    'the certificate must be written as RFC 7515 wants it, as it always is here',
    ({ strictCertificate }) => yes(strictCertificate),
  ],
];

const VERSIONS = [
  '## Versions of IDA',
  'Set `MTS_IDA_VERSION` to the version that you ask; the default is 1.2.0.1. Each stands for the last patch of its line. Your MOSIP operator knows it, or the tag of the `authentication-service` image tells it. A version that stands between two columns is served by the older one.',
  table(
    ['what differs', ...PROFILE_NAMES],
    DIFFERENCES.map(([what, cellOf]) => [what, ...PROFILE_NAMES.map((name) => cellOf(PROFILES[name]))]),
  ),
  'A version that is set too new for a 1.1 IDA fails the preflight with [IDA-MLC-008](#ida-mlc-008), before anybody is asked. Set too old, it does no harm to seeding: newer ones ignore what only 1.1 reads.',
];

const CODES_INTRODUCTION = [
  '## Codes of IDA',
  "`…` stands for a word of IDA's, such as the name of an attribute. Where one code has several meanings, IDA's message decides. Codes that IDA declares and never sends on the calls of the token seeder are left out here.",
  'A variable that the advice has you change counts once the seeders are started again. A key or certificate file that is replaced is read again by itself.',
];

function family(
  title: string,
  codes: readonly (readonly [string, readonly CodeRule[]])[],
): readonly string[] {
  const rows = codes.flatMap(([code, rules]) =>
    rules
      .filter(({ calls }) => calls.length > 0)
      .map((rule, index) => [
        index === 0 ? `<a id="${anchorOf(code)}"></a>${code}` : code,
        quoted(rule.text),
        rule.means,
        rule.advice,
        classLink(rule),
      ]),
  );
  if (rows.length === 0) return [];
  return [`### ${title}`, table(['code', 'IDA says', 'what it means', 'what to do', 'class'], rows)];
}

function ownCodes(): readonly string[] {
  return [
    '### Any other code',
    `${UNKNOWN.means} ${UNKNOWN.advice}`,
    "## The token seeder's own codes",
    'They tell of a call that brought no answer of IDA, or none that can be taken. In `GET /health` and in the log they name the host and what happened there.',
    table(
      ['code', 'text', 'what to do', 'class'],
      OWN_CODES.map(({ code, text, advice, classes }) => [
        `<a id="${anchorOf(code)}"></a>${code}`,
        text,
        advice,
        classes.map((faultClass) => classLink({ faultClass })).join(', '),
      ]),
    ),
  ];
}

function classLink({ faultClass }: Pick<CodeRule, 'faultClass'>): string {
  return `[${faultClass}](../errors/${faultClass}.md)`;
}

const PRIVACY = [
  '## What a call does to the person',
  'Asking is not reading. Each call that IDA looks at, whether it matches or not,',
  '- **sends the person an SMS and an e-mail**, as IDA is configured by default (`mosip.notificationtype`): a list of 10,000 rows is 10,000 people who hear from their ID system today;\n' +
    '- **uses up a VID** that is good for one transaction, before anything is compared: a mismatch costs it too, and a second call finds [IDA-MLC-018](#ida-mlc-018);\n' +
    '- **leaves rows behind**: an authentication transaction with the signed request and answer, an audit event, an event for the person, a profile for statistics;\n' +
    '- **can look like fraud**: from three calls within a second, of one person or of one partner, IDA publishes an event for fraud analysis. It blocks nothing, but somebody may read it;\n' +
    '- **is not idempotent**: the same transaction id sent twice is two calls.',
  'So the token seeder asks about identical records of a list once, sends nothing twice that was answered, and asks a record that got no answer once more at most; the result then says so. What IDA refuses on sight (a wrong check digit, a fault of the set-up) touches nobody.',
];

const FIRST_RUN = [
  '## A first run against a real IDA',
  [
    '1. **Set the rate.** `MTS_IDA_RATE_PER_SECOND_MAX` has no default, because it is how many people per second are texted, by all seeders together. Begin with `2`: below the three calls per second that IDA counts as a flood.',
    '2. **Set the clock** by NTP on every machine that runs a seeder.',
    '3. **Let the preflight pass.** It runs at the start, and again with `POST /authtoken/preflight`: it asks for a number that nobody can have, so it texts no one and uses up no VID. `GET /health` shows what came of it as `idaPreflight`. It proves address, keys, certificates, licence, partner, policy and clock; it cannot prove that matching and tokens work.',
    '4. **Ask for one person who agreed**, best a test identity of your own: a list of one row, with a UIN or a lasting VID.',
    '5. **Ask for the same person again** in a second list, and compare the two Token IDs. If they differ, the policy gives out random ones (`authTokenType` is `random`, or missing) and no list is worth seeding: have it set to `partner` or `policy`. This is the one time when asking somebody twice is right; the person gets two messages.',
    '6. **Try a row that must fail**: the same person with another name. It must come back as [IDA-DEA-001](#ida-dea-001). If it matches, something that confirms everybody answers in the place of IDA.',
    '7. **Hand in a small list**, some ten rows of people who know of it, and look at the results before the next one. Rows that all fail alike are a wrong mapping, language or date form, not wrong people: stop there, each further row texts somebody.',
    '8. **Then raise the rate**, if the operator of IDA agrees. The status of a request says how long it will take.',
  ].join('\n'),
  'Never hand in a list a second time to mend some rows: hand in those rows alone, as a list of their own. Everybody in it is asked again.',
];
