import { get, type IncomingMessage } from 'node:http';

const LINE_FEED = 0x0a;

/** What came of a result, of which nothing is kept. */
export interface Fetched {
  readonly seconds: number;
  readonly sizeBytes: number;
  readonly lineFeeds: number;
}

/** Fetches a result as it is, without gzip. @throws when it does not come, or not as a whole */
export async function fetchResult(url: string): Promise<Fetched> {
  const startedAtMs = performance.now();
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, resolve).once('error', reject);
  });
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${String(answer.statusCode)}`);
  let [sizeBytes, lineFeeds] = [0, 0];
  // An answer that breaks off throws here.
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) lineFeeds += 1;
  }
  return { seconds: (performance.now() - startedAtMs) / 1000, sizeBytes, lineFeeds };
}
