import { once } from 'node:events';
import { createServer } from 'node:net';

import { expect, it } from 'vitest';

import { assertPortIsFree } from './port.js';

it('names the option that changes a port which is in use, and says nothing once it is free', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await expect(assertPortIsFree(port)).rejects.toThrow(
    `Port ${port} is in use by another program: choose another one, such as npm start -- --port ${port + 1}`,
  );
  other.close();
  await once(other, 'close');
  await assertPortIsFree(port);
});
