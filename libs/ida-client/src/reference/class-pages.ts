import type { FaultClass } from '@mts/domain';
import { CODES } from '../codes.js';
import { anchorOf, page, table } from './markdown.js';
import { OWN_CODES } from './own-codes.js';

interface ClassPage {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

const HEALTH_SHOWS =
  '- **`GET /health`**: `idaHold` is what holds all requests up, with code, reason, since when, and when it is tried next (`nextTryAt`); `idaPreflight` is the last proof of the set-up; `requestsHeld` counts the requests that wait for it, or for a reason of their own.\n';

const PAGES: Readonly<Record<FaultClass, ClassPage>> = {
  record: {
    title: 'Answers about a person',
    paragraphs: [
      'IDA looked at this record and said no, or the record itself cannot be asked. That is an answer, not a fault: it is final, the row carries it, and work goes on with the next.',
      '## Where to look',
      "- **The result**: `errorCode` and `errorMessage` beside the row hold IDA's own words, all of them when there are several.\n" +
        '- **`GET /authtoken/status/{id}`**: how many rows failed. If it is nearly all of them, and with one code, suspect the list and not the people: a mapping to the wrong column, a language that the ID system does not hold, dates with day and month exchanged.\n' +
        '- Not the log: it never names a person.',
      '## What ends it',
      "Nothing needs to end: no other row waits for it. Somebody compares the row with the person's ID document, corrects it, and hands in the corrected rows as a list of their own.",
      '## What never to do',
      '- Do not hand the whole list in again: everybody in it would be asked, and texted, a second time.\n' +
        '- Do not try spellings until one matches: each try texts the person, and looks like an attack.\n' +
        '- Do not read a mismatch as a false identity: it says that one attribute differs from what is stored.',
    ],
  },
  configuration: {
    title: 'Faults of the set-up',
    paragraphs: [
      'Something that stands in the configuration, or was chosen for a whole list, does not fit: a key, a certificate, the licence, the partner, its policy, the address, a language. Every further record would fail alike, so none is asked.',
      'The seeder runs a preflight at once. **If it fails too**, the set-up is broken, and other seeders are asked for theirs: where these fail as well, or there are none, everything is held; where one succeeds, it is [this seeder alone](client.md#one-seeder-alone). **If it succeeds**, the fault concerns this record or this request: the record is set aside, and others go on. After three such records the request is held, and only that; a single one that is refused each time holds it once nothing else of it is left to ask. Where it was something before IDA that turned the calls away (MTS-IDA-103 with a redirect or a 4xx), nobody was asked: three such calls in a row hold their lists, each by itself, and one of the people is tried now and then, so that the list goes on by itself. A record that IDA may have looked at before is asked once more at most; if that brings no answer about the person either, the row ends with the code that IDA gave.',
      "Codes that IDA finds only after it has looked a person up, such as a blocked partner or a Token ID that is switched off, are seen by no preflight; nor is garbage that comes only in the place of answers about people (MTS-IDA-104 to 106). They are treated as [an outage](transient.md) is, for they say as little about anybody: it is found out whether they are everybody's, one list's or a person's, and a second one ends a person's row, with that code, only where silence would end it.",
      '## Where to look',
      `${HEALTH_SHOWS}- **\`GET /authtoken/status/{id}\`**: \`holds\` says whether it is this request alone.\n- **The log of the seeders**: \`the preflight failed\`, \`the profile is held\`, \`a record is set aside\`, each with its code.\n- **[The table of codes](../reference/ida.md#codes-of-ida)**: what each one asks for.\n- **IDA's own words**, where the reason has not all of them, as for a code that is in no table: in \`errorMessage\` of the row that ends with the code, and in IDA's log at the time of the call. Holds, \`/health\` and the log repeat of IDA's texts only those that are known, since any other may name a person.`,
      '## What ends it',
      'Mend the cause and, if it is a variable (`MTS_…`), start the seeders again: those that run keep the old value, and try with that. A certificate or key file that is replaced is read again by itself. A hold of everything ends when a preflight succeeds: one is made after 30 seconds, then less often, up to every 10 minutes; `POST /authtoken/preflight` makes one now. Where the fault is one that no preflight can see, a waiting record is asked after it, and its answer ends the hold, as after [an outage](transient.md). A hold of one request ends with `POST /authtoken/resume/{id}`; one that has a `nextTryAt` also by itself. Records that were set aside are asked then.',
      '## What never to do',
      '- Do not hand the list in again: it waits, complete.\n' +
        '- Do not make a new partner or key before the code is understood: a policy that gives out tokens by policy gives other Token IDs then.\n' +
        '- Do not resume a request while its cause is there: three more records will be set aside.',
    ],
  },
  transient: {
    title: 'IDA fails or is silent',
    paragraphs: [
      'IDA, a service behind it, or the way to it fails. It says nothing about anybody. After three such calls in a row, without an answer in between, no new call is made, and it is found out at once whose failure it is. **If a preflight fails too, of this seeder and of others, or the calls were about two requests or more**, everything is held, and no record is spent on an IDA that is down. **If preflights succeed and all of them were about one request**, that request is held, and all others go on. **If they succeed and the calls were about several**, each of these lists is held by itself too: when the hold of everything has ended, they do not go on with the others at once, but are tried one by one, and hold up nobody else. **If a call that was under way is answered meanwhile**, nothing is held: some refusals of an IDA that is slow are no outage. **If preflights succeed and other seeders are answered meanwhile**, only a list about which none of them is answered is held; the second time in a row the seeder holds [itself](client.md#one-seeder-alone).',
      'One call that fails is enough where nobody else is asked: before anybody is asked again a preflight is made, and everything is held if it fails. So a single person, or a list of one, that meets an outage is asked about once.',
      'What was sent and got no answer is **unknown**: IDA may have looked, a one-time VID may be used up, the person may have been texted. Such a record waits beside the others, and is asked once more when IDA is calm: no call has gone silent for five seconds. Somebody whose caller waits is asked once more as soon as a preflight succeeds. If that call stays silent too, while no other does and a preflight succeeds, the row ends with [MTS-IDA-001](../reference/ida.md#mts-ida-001), or where IDA did answer, though not about the person, with the code of that answer. But only if something is known against the person: **somebody who was asked later has been answered**, or **it is the only one in the whole system about whom IDA was silent since its last answer**. Where there are several seeders, the one that asks must also have been answered itself since the first call. Else it waits with the others. So an outage ends nobody, with three exceptions that cannot be told from a name about which IDA never answers. Where IDA fails for a share of all calls, here and there, whoever is met by that twice, alone the second time, ends so: of a hundred at one call in ten about one, at one in four about six. When matching alone is down, which no preflight sees, a single person who waits alone can end so. So can people whose first call was lost in an earlier disturbance that others came through: the first two who are asked again, and further ones where they are all that is left of the only list. A seeder that dies in the middle of a call ends nobody: the person is asked about again.',
      '## Where to look',
      `${HEALTH_SHOWS}- **\`holds\`** of a request, and \`npm run admin -- holds list\`: whether it is this request alone, and when it is tried next.\n- **The log of the seeders**: \`the profile is held\` or \`the request is held\`, with code and reason: what IDA said, or else the host, and the HTTP status or the error of the connection. \`the hold of the request has ended\` stands there too, or in the log of the gateway where it was lifted by hand.\n- **IDA's own log and health**, by the time of the call. \`IDA-RST-…\` and \`IDR-IDC-…\` are its neighbours: token, notification and master data services. One-time passwords that were tried too often pass by themselves after half an hour.`,
      '## What ends it',
      'It ends by itself. After 5 seconds, then less often, up to every 10 minutes, a preflight is made and, if it succeeds, one waiting record is asked; once one is answered, all go on. Several seeders do so in turn, so that one whose own way to IDA is broken does not keep the others from finding out. A request that is held by itself is tried with one of its own people in the same way, and at once when a hold of everything has ended. The preflight alone is not enough, because it never reaches the services that match and make tokens. Who knows that IDA is well again need not wait: a `POST /authtoken/preflight` that succeeds has a waiting record asked at once.',
      'Each time it is another request: first those of which nobody was asked, the newest first, then those with people who were not asked. Only when everybody who waits was asked before, somebody is asked again, the least often asked first, and ever less often: after 2 minutes, 4, 8, and so on up to 6 hours. A person who is alone in that is asked three times in the first minute, eight times in two hours, thirteen times in the first day, and four times in each one after; several take turns. A list or a single person that is handed in then is asked about at once. At any other time in which preflights succeed it makes the next try come within 15 seconds. A single person waits for that: if another one was tried, and IDA still fails, the caller gets 503 after 20 seconds, and nothing is kept. A request that is held alone is tried when its `nextTryAt` says: others are answered all the time meanwhile, which says nothing of its people. Only where all of these were asked before is one of them due as soon as IDA answers about anybody else.',
      '## What never to do',
      '- Do not restart seeders to speed it up: the hold stands in the database.\n' +
        '- Do not lift the hold by hand to see: it asks real people, and proves nothing.\n' +
        '- Do not hand the list in again: what was answered would be asked twice.\n' +
        '- Do not shorten `MTS_IDA_ANSWER_TIMEOUT_MS` when IDA is slow: a call that is given up was perhaps carried out.\n' +
        '- Do not tell people that they were not found.',
    ],
  },
  client: {
    title: 'Faults of this machine',
    paragraphs: [
      'The clock of a seeder is wrong, something between it and IDA changes its messages, or the token seeder has a defect. Asking again as it stands cannot help, so everything is held as with a [fault of the set-up](configuration.md). A wrong clock is the fault of one machine: the seeder on it asks nobody, and leaves its work to the others; only when all seeders do so, nobody is asked.',
      '## One seeder alone',
      'The same holds for a seeder that fails its preflights with any other code, while IDA answers another one: a broken route, proxy or DNS of its machine, a wrong address, licence key or certificate in its options, as in an update that is rolled out. It stops at once, asks the others for a preflight, and holds itself when one succeeds; all others go on. The reason then says `IDA answers other seeders meanwhile`, after what IDA or the connection said. When it succeeds itself, it goes on: it tries after 30 seconds, then less often, up to every 10 minutes.',
      'A seeder can also fail only the calls about people, while its preflights succeed: a proxy on its way that loses or refuses longer calls. If that happens again and again while IDA answers other seeders, it holds itself too, and the reason says `This seeder gets no answer about people`. It goes on when one person whom it tries is answered, or when no other seeder asks any more.',
      '## Where to look',
      `${HEALTH_SHOWS}- **\`heldSeeders\`** there, and \`npm run admin -- holds list\`: the seeders that ask nobody, each with its machine, process and id, with code and reason, and with when it tries next. The first line of the log of a seeder has these names. The log of such a process says \`this seeder asks nobody until its own fault is gone\`.\n- **The reason** of [IDA-MLC-001](../reference/ida.md#ida-mlc-001) names how far the two clocks are apart. It is told after a second try with a fresh time.\n- **\`timedatectl\`** or \`chronyc tracking\` on every machine that runs a seeder, and the same on those of IDA.\n- **What stands between**: a proxy that strips or renames the headers \`signature\` and \`authorization\`, rewrites the path, or changes the body.\n- **\`MTS_IDA_VERSION\`**: the messages differ between versions.`,
      '## What ends it',
      'A preflight that succeeds: within 10 minutes by itself, or at once with `POST /authtoken/preflight`, which has every seeder that holds itself try for itself. When neither clock nor proxy nor version explains it, report the code, the version of IDA and the time; no personal data is needed.',
      '## What never to do',
      '- Do not set the clock by hand: it drifts away again in the middle of a list.\n' +
        '- Do not widen the window in the configuration of IDA: it protects people from replayed requests.\n' +
        '- Do not hand the list in again: it waits, complete.',
    ],
  },
};

/** The text of `docs/errors/<class>.md`. */
export function classPage(faultClass: FaultClass): string {
  const { title, paragraphs } = PAGES[faultClass];
  return page(title, 'libs/ida-client/src/reference/class-pages.ts', [
    ...paragraphs,
    '## Codes of this class',
    table(
      ['code', 'what it means'],
      [...codesOfIda(faultClass), ...ownCodes(faultClass)].map(([code, meaning]) => [
        `[${code}](../reference/ida.md#${anchorOf(code)})`,
        meaning,
      ]),
    ),
  ]);
}

type Entry = readonly [code: string, meaning: string];

function codesOfIda(faultClass: FaultClass): readonly Entry[] {
  return [...CODES].flatMap(([code, rules]) =>
    rules
      .filter((rule) => rule.faultClass === faultClass && rule.calls.length > 0)
      .map(({ means }): Entry => [code, means]),
  );
}

function ownCodes(faultClass: FaultClass): readonly Entry[] {
  return OWN_CODES.filter(({ classes }) => classes.includes(faultClass)).map(({ code, text }): Entry => [
    code,
    `${text.charAt(0).toUpperCase()}${text.slice(1)}.`,
  ]);
}
