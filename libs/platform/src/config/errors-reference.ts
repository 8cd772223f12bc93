import { CATALOGUE, type ErrorCode, errorText } from '@mts/domain';

type Entry = (typeof CATALOGUE)[ErrorCode];

/** The text of `docs/reference/errors.md`. */
export function errorsReference(): string {
  const codes = (Object.keys(CATALOGUE) as ErrorCode[]).toSorted();
  return [
    '# Errors',
    '',
    '<!-- Generated from libs/domain/src/errors by `npm run docs`: change it there. -->',
    '',
    'Every code that the token seeder itself answers with. Texts may name a field or a limit where these stand in general; codes',
    'never change their meaning. **in a row**: the code stands in a result, of one record. Codes that begin with `IDA-` are',
    'those of IDA: [every code of IDA by version](ida-codes.md).',
    '',
    '| code | HTTP | text | what to do |',
    '|---|---|---|---|',
    ...codes.map((code) => row(code, CATALOGUE[code])),
    '',
  ].join('\n');
}

function row(code: ErrorCode, { where, advice }: Entry): string {
  const cells = [`\`${code}\``, where === 'record' ? 'in a row' : String(where), generalText(code), advice];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** What stands in a text in a single case. */
const GENERAL = { limit: 'N', fileLine: 1 };
/** A text that needs a problem to be whole. */
const IS_CUT = /\(\)|: *$|: {2}/;

function generalText(code: ErrorCode): string {
  const text = errorText(code, GENERAL);
  return IS_CUT.test(text) ? errorText(code, { ...GENERAL, problem: '…' }) : text;
}
