/** Named details that a text may use. Never personal data: a text can end in a log. */
export interface ErrorDetails {
  readonly field?: string;
  readonly problem?: string;
  readonly limit?: string | number;
  readonly fileLine?: number;
  /** The roles each of which would do. */
  readonly roles?: readonly string[];
  /** When another try can help; also sent as the header Retry-After. */
  readonly retryAfterSeconds?: number;
  readonly requestId?: string;
}

export interface CatalogueEntry {
  /** HTTP status where the code answers a call; `record` where it stands in a result row. */
  readonly where: number | 'record';
  /** The text on the wire. Texts of the original (1.1) are kept to the letter; ours say what to do. */
  readonly text: (details: ErrorDetails, status?: number) => string;
  /** For docs/errors: what the reader does about it. */
  readonly advice: string;
}

export const entry = (
  where: CatalogueEntry['where'],
  text: string | CatalogueEntry['text'],
  advice: string,
): CatalogueEntry => ({
  where,
  text: typeof text === 'string' ? (): string => text : text,
  advice,
});

export type Entries = Readonly<Record<string, CatalogueEntry>>;
