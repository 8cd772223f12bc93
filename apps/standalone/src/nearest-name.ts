/** A name of this many characters may be mistyped in one. */
const CHARACTERS_PER_SLIP = 4;

/** The name that was probably meant; undefined where none is near. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const slipsMax = Math.floor(typed.length / CHARACTERS_PER_SLIP);
  const near = names
    .map((name) => ({ name, slips: slipsBetween(typed, name) }))
    .filter(({ slips }) => slips <= slipsMax)
    .toSorted((one, other) => one.slips - other.slips);
  return near.at(0)?.name;
}

/** How many characters must be put in, taken out or exchanged to make one of the other (the distance of Levenshtein). */
function slipsBetween(typed: string, name: string): number {
  let row = Array.from({ length: name.length + 1 }, (_unused, column) => column);
  for (const [line, character] of Array.from(typed).entries()) {
    const next = [line + 1];
    for (const [column, other] of Array.from(name).entries()) {
      const exchanged = at(row, column) + (character === other ? 0 : 1);
      next.push(Math.min(exchanged, at(row, column + 1) + 1, at(next, column) + 1));
    }
    row = next;
  }
  return at(row, name.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
