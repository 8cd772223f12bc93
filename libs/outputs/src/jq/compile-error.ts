/** `jq: error: syntax error, unexpected end of file at <top-level>, line 1, column 3:` (jq 1.8, src/locfile.c) */
const LOCATED =
  /^jq: error: (?:syntax error, )?(?<what>.*) at <top-level>, line (?<line>\d+), column (?<column>\d+):$/m;
const PLAIN = /^jq: error: (?<what>.+?)(?: \(.*\))?$/m;

/** Names of tokens in jq's grammar (src/parser.y) that say nothing to a reader. */
const WORDS: readonly (readonly [token: RegExp, words: string])[] = [
  [/, expecting .*$/, ''],
  [/ at line \d+, column \d+ \(while parsing .*$/, ''],
  [/INVALID_CHARACTER/, 'character'],
  [/QQSTRING_INTERP_END/, 'end of an interpolation'],
  [/QQSTRING_\w+/, 'text'],
  [/IDENT/, 'name'],
  [/BINDING/, 'variable'],
  [/LITERAL/, 'number'],
  [/FIELD/, 'field'],
  [/FORMAT/, 'format'],
];

/** What jq says of a program that it cannot compile, in words, without the excerpt from the program. */
export function compileProblem(stderr: string): string {
  const located = LOCATED.exec(stderr)?.groups;
  if (located !== undefined) {
    const { line = '', column = '', what = '' } = located;
    return `line ${line}, column ${column}: ${inWords(what)}`;
  }
  return inWords(PLAIN.exec(stderr)?.groups?.['what'] ?? 'it cannot be read');
}

function inWords(what: string): string {
  return WORDS.reduce((text, [token, words]) => text.replace(token, words), what);
}
