import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LENGTH_MAX = 300;

/** Why something failed, in one line for a page that is committed: without where it lies on this machine. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.replaceAll(ROOT, '').trim().replaceAll(/\s+/g, ' ');
  return line.length > LENGTH_MAX ? `${line.slice(0, LENGTH_MAX)} …` : line;
}
