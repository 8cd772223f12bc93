/** The code of an error of the system, TLS or undici: a constant, unlike its message, which may hold a URL. */
export function errorCode(error: unknown): string {
  const [first = error]: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  if (!(first instanceof Error)) return 'unknown';
  return 'code' in first && typeof first.code === 'string' ? first.code : first.name;
}
