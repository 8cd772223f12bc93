import type { Option, Reader } from './option.js';
import { OPTIONS } from './options.js';

/** The kinds of values that defaults have. */
type Written = string | number | readonly string[] | undefined;

const SECTIONS: readonly (readonly [Reader, string])[] = [
  ['gateway', 'Gateway'],
  ['seeder', 'Seeder'],
  ['scheduler', 'Scheduler'],
  ['launcher', '`npm start`'],
  ['ida-simulator', 'IDA simulator'],
];

/** The text of `docs/reference/configuration.md`. */
export function configurationReference(): string {
  const options = Object.values<Option<Written>>(OPTIONS);
  const shared = options.filter((option) => option.readers.length > 1);
  const parts = [
    '# Configuration',
    '',
    '<!-- Generated from libs/platform/src/config/options.ts by `npm run docs`: change it there. -->',
    '',
    'Options are environment variables, read once at the start. Wrong or missing ones stop the start, with a sentence for each that names it.',
    'A **secret** is never shown, and can also be given as a file: the same name with `_FILE` behind it.',
    "The original token seeder's names are accepted too; quotes around a value are dropped.",
    '',
    ...section('Read by several parts', shared, 'with readers'),
    ...SECTIONS.flatMap(([reader, title]) =>
      section(
        title,
        options.filter((option) => option.readers.length === 1 && option.readers[0] === reader),
        'alone',
      ),
    ),
  ];
  return parts.join('\n');
}

function section(
  title: string,
  options: readonly Option<Written>[],
  form: 'with readers' | 'alone',
): string[] {
  if (options.length === 0) return [];
  return [
    `## ${title}`,
    '',
    '| variable | default | meaning |',
    '|---|---|---|',
    ...options.map((option) => row(option, form)),
    '',
  ];
}

function row(option: Option<Written>, form: 'with readers' | 'alone'): string {
  const alias = option.alias === undefined ? '' : `<br>or \`${option.alias}\``;
  const notes = [
    option.meaning,
    `Must be ${option.kind.expects}.`,
    ...(option.secret ? ['**Secret.**'] : []),
    ...(form === 'with readers' ? [`Read by ${option.readers.join(', ')}.`] : []),
  ];
  return `| \`${option.env}\`${alias} | ${shownDefault(option)} | ${notes.join(' ').replaceAll('|', '\\|')} |`;
}

function shownDefault(option: Option<Written>): string {
  if (option.mayBeAbsent) return 'not set';
  if (option.fallback === undefined) return '**required**';
  const value = typeof option.fallback === 'object' ? option.fallback.join(',') : String(option.fallback);
  const unit = option.unit === undefined ? '' : ` ${option.unit}`;
  return value === '' ? 'empty' : `\`${value}\`${unit}`;
}
