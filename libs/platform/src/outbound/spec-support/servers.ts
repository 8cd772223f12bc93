import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import type { ServerKeys } from './certificates.js';

/** A server on a free port of loopback that counts its connections. */
export interface TestServer {
  readonly port: number;
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

export async function serve(listener: RequestListener, keys?: ServerKeys): Promise<TestServer> {
  const server: Server = keys === undefined ? createHttpServer(listener) : createHttpsServer(keys, listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
