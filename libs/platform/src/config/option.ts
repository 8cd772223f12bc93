import type { Kind } from './kinds.js';

/** The parts of the program that read an option. `launcher` is what `npm start` runs. */
export type Reader = 'gateway' | 'seeder' | 'scheduler' | 'launcher' | 'ida-simulator';

export interface Option<T> {
  readonly env: string;
  /** The original's name of the same option; ours wins where both are set. */
  readonly alias?: string;
  readonly kind: Kind<T>;
  /** Absent: the option must be given. */
  readonly fallback?: NoInfer<T>;
  /** May be left out; what the program does then is said in the meaning. */
  readonly mayBeAbsent?: 'may be absent';
  readonly unit?: string;
  /** Its first sentence is told, alone, to whom the option is missing. */
  readonly meaning: string;
  /** A secret is never shown, and can be given as a file: the same name with `_FILE` behind it. */
  readonly secret?: 'secret';
  readonly readers: readonly Reader[];
}

export const option = <T>(definition: Option<T>): Option<T> => definition;
export const mayBeAbsent = <T>(definition: Option<T>): Option<T | undefined> => ({
  ...definition,
  mayBeAbsent: 'may be absent',
});
