type Close = () => Promise<unknown>;

/** A bench has a process of its own, so what this process has started is what the bench has started. */
const started: Close[] = [];

/** Has something closed when the bench ends, however it ends; what was started last goes first. */
export function atEnd(close: Close): void {
  started.push(close);
}

/** @returns what could not be closed, and why; the rest is closed nevertheless */
export async function closeAll(): Promise<readonly unknown[]> {
  const faults: unknown[] = [];
  for (let close = started.pop(); close !== undefined; close = started.pop()) {
    try {
      await close();
    } catch (error) {
      faults.push(error);
    }
  }
  return faults;
}
