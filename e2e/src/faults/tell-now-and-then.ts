const EVERY_MS = 15_000;
/** What there is to tell may come from a database that is just being killed. */
const PATIENCE_MS = 5_000;

/**
 * Tells every fifteen seconds how far something is, with the seconds since this call.
 *
 * @param look how far it is @returns what ends it
 */
export function tellNowAndThen(look: () => Promise<string>, tell: (line: string) => void): () => void {
  const startedAtMs = performance.now();
  let isOver = false;
  const tellOne = async (looked: Promise<string>): Promise<void> => {
    const text = await looked;
    const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(0).padStart(5);
    if (!isOver) tell(`${seconds} s  ${text}`);
  };
  const timer = setInterval(() => {
    const late = new Promise<string>((resolve) => {
      setTimeout(resolve, PATIENCE_MS, 'the database does not answer').unref();
    });
    void tellOne(Promise.race([look(), late]));
  }, EVERY_MS);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}
