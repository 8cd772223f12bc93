import { fastify } from 'fastify';
import { expect, it } from 'vitest';

import { RouteTable } from './route-table.js';

const answer = async (): Promise<string> => 'x';

it('knows which methods a path takes, whatever stands for its parameters and how often its slashes', () => {
  const server = fastify({ exposeHeadRoutes: false });
  const table = RouteTable.watching(server);
  server.get('/a/:id', answer);
  server.route({ method: ['PUT', 'PATCH'], url: '/a/:id', handler: answer });
  server.get('/files/*', answer);
  server.post('/', answer);

  expect(table.methodsOf('/a/1').toSorted()).toEqual(['GET', 'PATCH', 'PUT']);
  expect(table.methodsOf('//a//1/?b=/c')).toHaveLength(3);
  expect(table.methodsOf('/files/b/c')).toEqual(['GET']);
  expect(table.methodsOf('/')).toEqual(['POST']);
  for (const path of ['/a', '/a/1/2', '/files', '/b', '']) {
    expect(table.methodsOf(path)).toEqual(path === '' ? ['POST'] : []);
  }
});
