import { readdirSync, readFileSync } from 'node:fs';

/** Which program was recorded: `dev` is 1.1, `sync` is 1.1 in its synchronous mode, `main` is 1.0.1. */
export type Target = 'dev' | 'main' | 'sync' | 'devmandall' | 'devmandname' | 'devmandspaces';

/** What stands in the recording about the case: to be kept; to be decided upon; never to be repeated. */
export type Verdict = 'contract' | 'quirk' | 'bug';

export interface RecordedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A call that IDA got, with what stood in its envelope, and what IDA answered. */
export interface RecordedIdaRequest {
  readonly individualId: string;
  /** With a key for each of the six fields; null where the record had none. */
  readonly demographics: Readonly<Record<string, unknown>>;
  readonly status?: number;
  /** JSON, or the text of something else. */
  readonly answer?: object | string;
  readonly connection?: 'reset';
}

/** A call that a receiver of results, a place to log in to, or ODK Central got. */
export interface PeerRequest {
  readonly method: string;
  /** Path and query; with its origin where that was not the ordinary one. */
  readonly url: string;
  /** Those that carry meaning, in lower case: not what a library adds by itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One call to the original and everything that came of it, recorded from the running program. */
export interface RecordedCase {
  readonly target: Target;
  readonly name: string;
  readonly verdict: Verdict;
  readonly why: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly contentType?: string;
    readonly body?: string;
    readonly bodyBase64?: string;
  };
  readonly response: RecordedAnswer;
  /** From here on where a list was taken in. What a poll happened to see, the last one included. */
  readonly statusesSeen?: readonly string[];
  readonly finalStatus?: RecordedAnswer;
  readonly file?: RecordedAnswer;
  /** What was answered before IDA had answered. */
  readonly meanwhile?: { readonly status: RecordedAnswer; readonly file: RecordedAnswer };
  /** The status of a second request while IDA had not answered about the first. */
  readonly secondStatusMeanwhile?: string;
  readonly idaRequests: readonly RecordedIdaRequest[];
  readonly peerRequests: readonly PeerRequest[];
}

const FOLDER = new URL('../../data/recorded/', import.meta.url);

/** All cases, in the order of their recording. */
export const RECORDED_CASES: readonly RecordedCase[] = readdirSync(FOLDER)
  .toSorted()
  .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as RecordedCase);

/** What a case is called everywhere: `dev/json-happy-one`. */
export function caseKey({ target, name }: Pick<RecordedCase, 'target' | 'name'>): CaseKey {
  return `${target}/${name}`;
}
export type CaseKey = `${Target}/${string}`;
