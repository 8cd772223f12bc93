import { NOT_PROVOKABLE } from './cases/index.js';
import type { Touch } from './cases/case.js';
import { type Identities, masked } from './identities.js';
import { messagesOf, type Planned } from './plan.js';

const HEADINGS: Readonly<Record<Touch, string>> = {
  nobody: 'Touching nobody',
  notifying: 'Sending messages to residents (--run notifying)',
  consuming: 'Using up VIDs (--run consuming)',
  dangerous: 'May keep a thread of IDA busy for ever (--run dangerous)',
};

/** What would be run, for people to decide upon; numbers are masked. */
export function planText(planned: readonly Planned[], identities: Identities): string {
  const able = planned.filter(({ lack }) => lack === undefined);
  const sections = (Object.keys(HEADINGS) as Touch[]).map((touch) =>
    sectionText(
      touch,
      able.filter((each) => each.touch === touch),
      identities,
    ),
  );
  const lacking = planned.filter(({ lack }) => lack !== undefined);
  return [...sections, lackingText(lacking), notProvokableText()].filter((text) => text !== '').join('\n\n');
}

function sectionText(touch: Touch, planned: readonly Planned[], identities: Identities): string {
  if (planned.length === 0) return '';
  const lines = planned.map((each) => `  ${each.case.id.padEnd(34)} ${each.case.title}`);
  return [
    `${HEADINGS[touch]}: ${count(planned.length, 'case')}`,
    ...messageLines(planned, identities),
    ...lines,
  ].join('\n');
}

/** Who gets how many messages at most: SMS and e-mail of one call count as one. */
export function messageLines(planned: readonly Planned[], identities: Identities): readonly string[] {
  return [...messagesOf(planned)].map(([name, messages]) => {
    const used = planned.flatMap(({ oneTimeVid }) => oneTimeVid ?? []);
    const ids = name === 'oneTimeVids' ? used : [identities.ids[name] ?? ''];
    const usedUp = name === 'oneTimeVids' ? `, and ${count(ids.length, 'VID')} used up` : '';
    return `  up to ${count(messages, 'message')} to ${name} (${ids.map(masked).join(', ')})${usedUp}`;
  });
}

function lackingText(planned: readonly Planned[]): string {
  if (planned.length === 0) return '';
  const lines = planned.map((each) => `  ${each.case.id.padEnd(34)} ${each.lack ?? ''}`);
  return [`Cannot be run with what is given: ${count(planned.length, 'case')}`, ...lines].join('\n');
}

function notProvokableText(): string {
  const lines = NOT_PROVOKABLE.map(
    ({ checks, what, why }) => `  check ${checks.join(', ')}: ${what}; ${why}`,
  );
  return ['Not tested, as no client can bring it about', ...lines].join('\n');
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
