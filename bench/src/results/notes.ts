const HEADING = /^## (.*)$/m;

/**
 * What notes.md says about rows: why a target is missed, and what was tried.
 *
 * @param page sections whose headings name rows, each in backticks
 * @returns the text for each row
 */
export function readNotes(page: string): ReadonlyMap<string, string> {
  const [, ...sections] = page.split(HEADING);
  const notes = new Map<string, string>();
  for (let at = 0; at < sections.length; at += 2) {
    const [heading = '', text = ''] = sections.slice(at, at + 2);
    for (const [, name = ''] of heading.matchAll(/`([^`]+)`/g)) notes.set(name, text.trim());
  }
  return notes;
}
