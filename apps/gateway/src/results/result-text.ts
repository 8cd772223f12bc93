/**
 * The text of a result in pieces, made as its reader takes them.
 *
 * A fault before the first piece can be answered as one; a later one has to break the answer off, for a file that is not
 * whole must not look as if it were.
 */
export type ResultText = AsyncGenerator<string, void, undefined>;

/** Enough to be worth sending; of a result that is smaller, no fault comes too late for an answer of its own. */
const PIECE_LENGTH_CHARS = 16_384;

/** What stands before and after the rows, and the rows, in pieces. */
export async function* resultText(
  rows: AsyncIterable<string>,
  writer: { readonly header: () => string; readonly footer: () => string },
): ResultText {
  let text = writer.header();
  for await (const more of rows) {
    text += more;
    if (text.length < PIECE_LENGTH_CHARS) continue;
    yield text;
    text = '';
  }
  text += writer.footer();
  if (text !== '') yield text;
}
