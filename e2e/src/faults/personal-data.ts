import type { Row } from '../gateway.js';
import type { ListedPerson } from './people-list.js';

/** What would have to be a number of a person, a Token ID or a phone; shorter ones stand everywhere. */
const LONG_NUMBER = /\d{9,}/g;
const ADDRESS = /[\w.+-]+@[\w.-]+/g;
const WORD = /[\p{L}\p{M}'.-]+/gu;

/** Everything by which a person of a run can be recognised, to be looked for where it must not stand. */
export class PersonalData {
  /** Whole numbers: parts of them stand in any time and port. */
  private readonly numbers = new Set<string>();
  private readonly addresses = new Set<string>();
  /** Two words of a name that follow each other: one alone may be an English word. */
  private readonly namePairs = new Set<string>();

  static of(people: readonly ListedPerson[], results: readonly Row[]): PersonalData {
    const data = new PersonalData();
    for (const { source } of people) data.addPerson(source);
    for (const { token } of results) data.add(LONG_NUMBER, token, data.numbers);
    return data;
  }

  /** @returns what kind of thing stands in the text, never which one */
  kindsIn(text: string): readonly string[] {
    return Object.entries({
      'a number of a person or a Token ID': this.isIn(text.match(LONG_NUMBER), this.numbers),
      'an e-mail address': this.isIn(text.match(ADDRESS), this.addresses),
      'a name': this.isIn(wordPairs(text), this.namePairs),
    }).flatMap(([kind, isThere]) => (isThere ? [kind] : []));
  }

  private addPerson({ vid, phoneNumber, emailId, name = '' }: Row): void {
    this.add(LONG_NUMBER, vid, this.numbers);
    this.add(LONG_NUMBER, phoneNumber, this.numbers);
    this.add(ADDRESS, emailId, this.addresses);
    for (const pair of wordPairs(name)) this.namePairs.add(pair);
  }

  private add(pattern: RegExp, text: string | undefined, to: Set<string>): void {
    for (const found of text?.match(pattern) ?? []) to.add(found);
  }

  private isIn(found: readonly string[] | null, known: ReadonlySet<string>): boolean {
    return found?.some((one) => known.has(one)) ?? false;
  }
}

function wordPairs(text: string): string[] {
  const words = text.match(WORD) ?? [];
  return words.slice(1).map((word, index) => `${words[index] ?? ''} ${word}`);
}
