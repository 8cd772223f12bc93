/** Whether somebody waits for the answer, or it is for a list. */
export type Urgency = 'awaited' | 'listed';

/** On whose behalf one waits. */
export interface Claim {
  readonly urgency: Urgency;
  readonly requestId: string;
}

/**
 * Whose turn it is: first whoever is awaited; then one request after the other, however many of its ranges wait, and
 * within a request first come, first served. So a small list has every second turn beside a giant.
 */
export class Turns<T> {
  /** By request; the one whose turn is next stands first. */
  private readonly lines: Readonly<Record<Urgency, Map<string, Set<T>>>> = {
    awaited: new Map(),
    listed: new Map(),
  };

  get isEmpty(): boolean {
    return this.lines.awaited.size === 0 && this.lines.listed.size === 0;
  }

  add({ urgency, requestId }: Claim, one: T): void {
    const line = this.lines[urgency];
    const ones = line.get(requestId);
    if (ones === undefined) line.set(requestId, new Set([one]));
    else ones.add(one);
  }

  /** Removes one that waits no longer. @returns whether it still waited */
  remove({ urgency, requestId }: Claim, one: T): boolean {
    const line = this.lines[urgency];
    const ones = line.get(requestId);
    const waited = ones?.delete(one) ?? false;
    if (ones?.size === 0) line.delete(requestId);
    return waited;
  }

  /** Takes the next one out; undefined when nobody waits. */
  next(): T | undefined {
    return takeFirst(this.lines.awaited) ?? takeFirst(this.lines.listed);
  }

  /** Takes all out. */
  all(): readonly T[] {
    const lines = [this.lines.awaited, this.lines.listed];
    const all = lines.flatMap((line) => [...line.values()].flatMap((ones) => [...ones]));
    for (const line of lines) line.clear();
    return all;
  }
}

/** The first one of the first request, whose next one stands behind those of all others from now on. */
function takeFirst<T>(line: Map<string, Set<T>>): T | undefined {
  for (const [requestId, ones] of line) {
    line.delete(requestId);
    for (const first of ones) {
      ones.delete(first);
      if (ones.size > 0) line.set(requestId, ones);
      return first;
    }
  }
  return undefined;
}
