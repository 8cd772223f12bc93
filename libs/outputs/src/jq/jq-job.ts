/** One run of jq, for a thread. */
export interface JqJob {
  readonly program: string;
  /** JSON texts, each on a line; without any the program is compiled only. */
  readonly input: string;
}

/** jq's exit status for a program that it cannot compile (manual, EXIT STATUS). */
export const COMPILE_ERROR = 3;

/** What a thread says of a job. */
export type JqAnswer =
  | {
      readonly kind: 'done';
      readonly stdout: string;
      readonly stderr: string;
      readonly exitCode: number;
      /** How long jq took, without any waiting. */
      readonly elapsedMs: number;
      /** What jq has taken of memory and does not give back. */
      readonly memorySizeBytes: number;
    }
  | { readonly kind: 'out of memory' };

/** `ready` once, then one answer per job. */
export type FromThread = 'ready' | JqAnswer;
