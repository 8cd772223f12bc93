/** Names of jq that reach out of the record, and what to do instead. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ...advise(
    ['input', 'inputs'],
    'each record is formatted by itself; the record as it was received is .input',
  ),
  ...advise(['env', '$ENV', '$JQ_BUILD_CONFIGURATION'], 'nothing is known here but .input and .output'),
  ...advise(['input_filename', 'input_line_number'], 'there are no files here'),
  ...advise(
    ['import', 'include', 'module', 'modulemeta', 'get_search_list'],
    'there are no modules here; write the functions out with def',
  ),
  ...advise(['debug', 'stderr'], 'nobody would read it; try the format with POST /authtoken/preview'),
  ...advise(['halt', 'halt_error'], 'a record cannot end the others; use empty for a record without a value'),
]);

export interface ForbiddenName {
  readonly name: string;
  readonly advice: string;
}

/** The lexer of jq 1.8 (src/lexer.l), as far as it takes to tell names from what only looks like one. */
const TOKEN = new RegExp(
  [
    // An odd backslash at its end continues a comment on the next line.
    String.raw`(?<comment>#(?:[^\\\r\n]|\\[^])*)`,
    String.raw`(?<field>\.\.|\.[A-Za-z_]\w*)`,
    String.raw`(?<name>\$?[A-Za-z_](?:\w|::)*)`,
    String.raw`(?<format>@\w+)`,
    String.raw`(?<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)`,
    String.raw`(?<mark>[^\s])`,
    String.raw`(?<blank>\s+)`,
  ].join('|'),
  'y',
);
/** The inside of a string up to its end or an interpolation. */
const STRING_TEXT = /(?:[^"\\]|\\[^(])*(?<end>"|\\\(|$)/y;

/** The first name in a program that is not allowed; undefined when there is none. Says nothing about the syntax. */
export function forbiddenName(program: string): ForbiddenName | undefined {
  for (const { name, isKey } of namesOf(program)) {
    const advice = isKey ? undefined : ADVICE.get(name);
    if (advice !== undefined) return { name, advice };
  }
  return undefined;
}

function* namesOf(program: string): Generator<{ name: string; isKey: boolean }, void, undefined> {
  /** What is open; `"` stands for an interpolation, whose `)` leads back into the string. */
  const open: string[] = [];
  let before = '';
  for (let at = 0; at < program.length;) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(program)?.groups;
    at = TOKEN.lastIndex;
    const { name, mark, blank, comment } = groups ?? {};
    if (blank !== undefined || comment !== undefined) continue;
    // In `{input}`, `{input: 1}` and `. as {input: $x}` the name is that of a field.
    if (name !== undefined) {
      const isInKeyPlace = open.at(-1) === '{' && (before === '{' || before === ',');
      yield { name, isKey: isInKeyPlace && !name.startsWith('$') };
    }
    before = mark ?? '';
    if (mark === '"' || (mark === ')' && open.at(-1) === '"')) {
      if (mark === ')') open.pop();
      const end = endOfText(program, at);
      at = end.at;
      if (end.interpolates) open.push('"');
      before = end.interpolates ? '(' : '';
    } else if (mark !== undefined && '([{'.includes(mark)) open.push(mark);
    else if (mark !== undefined && ')]}'.includes(mark)) open.pop();
  }
}

function endOfText(program: string, from: number): { at: number; interpolates: boolean } {
  STRING_TEXT.lastIndex = from;
  const end = STRING_TEXT.exec(program)?.groups?.['end'];
  return { at: end === undefined ? program.length : STRING_TEXT.lastIndex, interpolates: end === '\\(' };
}

function advise(names: readonly string[], advice: string): [string, string][] {
  return names.map((name) => [name, advice]);
}
