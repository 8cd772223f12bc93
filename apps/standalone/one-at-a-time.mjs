import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;
/** sun_path of unix(7). Node.js before 22 fills a shorter name with zeros, and would not meet a later one. */
const NAME_LENGTH = 108;

/**
 * Waits until no other command installs or builds in a checkout, and keeps others from it. An abstract socket (unix(7))
 * is nobody's file: the kernel lets go of it however its process ends. Containers that share a checkout do not see each
 * other, nor is there such a thing outside Linux.
 *
 * @param {string} checkout its path
 * @param {() => void} onWait told once, if somebody else is at it
 * @returns {Promise<() => void>} lets the next one in
 */
export async function oneAtATime(checkout, onWait) {
  if (process.platform !== 'linux') return () => undefined;
  const path = `\0mts-${createHash('sha256').update(checkout).digest('hex')}`.padEnd(NAME_LENGTH, '-');
  for (let isFirst = true; ; isFirst = false) {
    const held = await hold(path);
    if (held !== undefined) return () => held.close();
    if (isFirst) onWait();
    await delay(LOOK_EVERY_MS);
  }
}

async function hold(path) {
  const server = createServer();
  try {
    await once(server.listen({ path }), 'listening');
    return server;
  } catch (error) {
    if (error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
}
