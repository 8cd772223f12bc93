/**
 * Replaces what stands between two marks of a page: `<!-- begin <name>` and whatever else that line says, and
 * `<!-- end <name> -->`.
 *
 * @throws if the page has no such marks
 */
export function withSection(page: string, name: string, text: string): string {
  const marks = new RegExp(`(<!-- begin ${name}\\b[^\\n]*\\n)[^]*?(<!-- end ${name} -->)`);
  if (!marks.test(page)) throw new Error(`the page has no marks of ${name}`);
  return page.replace(marks, (_, begin: string, end: string) => `${begin}\n${text}\n\n${end}`);
}
