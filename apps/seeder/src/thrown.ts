/** Of where an unexpected fault was thrown. */
const STACK_LINES = 5;

/** The class of what was thrown, which is all that may be kept of it: its message may quote a record. */
export function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** Where it was thrown, without its message. */
export function placesOf(error: unknown): string {
  const lines = error instanceof Error ? (error.stack?.match(/^ +at .*$/gm) ?? []) : [];
  return lines.slice(0, STACK_LINES).join('\n');
}
