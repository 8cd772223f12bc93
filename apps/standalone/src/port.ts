import { once } from 'node:events';
import { createServer } from 'node:net';

import { LaunchError } from './launch-error.js';

/** @throws LaunchError if another program listens there, with the option that changes the port. */
export async function assertPortIsFree(port: number): Promise<void> {
  const probe = createServer();
  try {
    await once(probe.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    throw new LaunchError(
      `${reasonOf(error, port)}: choose another one, such as npm start -- --port ${port + 1}`,
      {
        cause: error,
      },
    );
  }
  probe.close();
  await once(probe, 'close');
}

function reasonOf(error: unknown, port: number): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `Port ${port} is in use by another program`;
  if (code === 'EACCES') return `Port ${port} is not open to ordinary users`;
  throw error;
}
