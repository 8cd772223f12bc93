import type { Submission } from './forms.js';
import { internal, ProblemError, unknownFilterField, unreadableFilter } from './problems.js';

export type Test = (row: Submission) => boolean;

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  eq: (a, b) => a === b,
  ge: (a, b) => a >= b,
  gt: (a, b) => a > b,
};
const DATES: ReadonlySet<string> = new Set(['submissionDate', 'updatedAt']);

/** A word, a bracket, or blanks. */
const TOKEN = /(?<blank> +)|(?<bracket>[()])|(?<word>[\w/.:'+-]+)/y;
/** A bare day is midnight in the database's time zone, which is UTC here. */
const INSTANT = /^(?<day>\d{4}-\d\d-\d\d)(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/;
const YEAR = /^\d{4}/;

interface Token {
  readonly text: string;
  readonly at: number;
}

/** `$filter` on dates: comparisons joined by `and` and `or`, with brackets. What Central refuses is refused as it does. */
export function compileFilter(text: string): Test {
  return new FilterParser(text).parse();
}

class FilterParser {
  private readonly tokens: readonly Token[];
  private next = 0;

  constructor(text: string) {
    if (text === '') throw new ProblemError(unreadableFilter('Fail at 0'));
    this.tokens = tokensOf(text);
  }

  parse(): Test {
    const test = this.any();
    const left = this.tokens[this.next];
    if (left !== undefined) throw unexpected(left.at);
    return test;
  }

  private any(): Test {
    const tests = [this.all()];
    while (this.takes('or')) tests.push(this.all());
    return (row) => tests.some((test) => test(row));
  }

  private all(): Test {
    const tests = [this.one()];
    while (this.takes('and')) tests.push(this.one());
    return (row) => tests.every((test) => test(row));
  }

  private one(): Test {
    if (this.takes('(')) {
      const test = this.any();
      if (!this.takes(')')) throw unexpected(this.tokens[this.next]?.at ?? 0);
      return test;
    }
    const [field, operator, value] = this.tokens.slice(this.next, this.next + 3);
    this.next += 3;
    if (field === undefined || operator === undefined || value === undefined)
      throw unexpected(field?.at ?? 0);
    const name = field.text.startsWith('__system/') ? field.text.slice('__system/'.length) : '';
    if (!DATES.has(name)) throw new ProblemError(unknownFilterField(field.text, field.at));
    const compare = COMPARISONS[operator.text];
    if (compare === undefined) throw unexpected(operator.at);
    const instant = instantOf(value);
    return (row) => {
      const date = (row['__system'] as Readonly<Record<string, unknown>>)[name];
      return typeof date === 'string' && compare(Date.parse(date), instant);
    };
  }

  private takes(text: string): boolean {
    const takes = this.tokens[this.next]?.text === text;
    if (takes) this.next += 1;
    return takes;
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw unexpected(at);
    const token = groups['word'] ?? groups['bracket'];
    if (token !== undefined) tokens.push({ text: token, at });
  }
  return tokens;
}

/** A day that no calendar has comes as far as the database, which the server does not expect. */
function instantOf({ text, at }: Token): number {
  const day = INSTANT.exec(text)?.groups?.['day'];
  if (day === undefined)
    throw YEAR.test(text) ? unexpected(at + 4) : new ProblemError(unknownFilterField(text, at));
  const midnight = Date.parse(day);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day))
    throw new ProblemError(internal);
  return Date.parse(text);
}

function unexpected(at: number): ProblemError {
  return new ProblemError(unreadableFilter(`Unexpected character at ${String(at)}`));
}
