/** @param head a column that begins with `>` is aligned to the right */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isRight = head.map((name) => name.startsWith('>'));
  const texts = [head.map((name) => name.replace('>', '')), ...rows.map((cells) => cells.map(escaped))];
  const widths = head.map((_, at) => Math.max(3, ...texts.map((cells) => (cells[at] ?? '').length)));
  const line = (cells: readonly string[]): string => {
    const padded = widths.map((width, at) => {
      const cell = cells[at] ?? '';
      return isRight[at] === true ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, at) =>
    isRight[at] === true ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  const [first = [], ...others] = texts;
  return [line(first), `| ${rule.join(' | ')} |`, ...others.map(line)].join('\n');
}

function escaped(cell: string): string {
  return cell.replaceAll('|', String.raw`\|`);
}
