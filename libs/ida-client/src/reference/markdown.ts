/** A table of Markdown; cells may hold Markdown themselves. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

/** A page: its title, where it comes from, and its paragraphs. */
export function page(title: string, source: string, paragraphs: readonly string[]): string {
  const origin = `<!-- Generated from ${source} by \`npm run docs\`: change it there. -->`;
  return `${[`# ${title}`, origin, ...paragraphs].join('\n\n')}\n`;
}

/** Text of IDA's, to be shown as it is: `%s` stands for a word of IDA's. */
export function quoted(text: string): string {
  return `\`${text.replaceAll('%s', '…')}\``;
}

/** What links to a code in the table of codes. */
export function anchorOf(code: string): string {
  return code.toLowerCase().replaceAll('_', '-');
}
