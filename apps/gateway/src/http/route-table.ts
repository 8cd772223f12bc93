import type { FastifyInstance } from 'fastify';

/** Knows every path that is served, so that a wrong method is told from a wrong path. */
export class RouteTable {
  private readonly methodsByPath = new Map<string, Set<string>>();

  /** Must be called before the routes are registered. */
  static watching(server: FastifyInstance): RouteTable {
    const table = new RouteTable();
    server.addHook('onRoute', ({ method, url }) => {
      const methods = table.methodsByPath.get(url) ?? new Set();
      for (const one of [method].flat()) methods.add(one);
      table.methodsByPath.set(url, methods);
    });
    return table;
  }

  /** Every method and pattern of a path, as `GET /authtoken/status/:id`. */
  all(): readonly string[] {
    return Array.from(this.methodsByPath, ([pattern, methods]) =>
      [...methods].map((method) => `${method} ${pattern}`),
    ).flat();
  }

  /** The methods that a path takes; none when it is not served. */
  methodsOf(url: string): readonly string[] {
    const path = `/${url.split('?', 1)[0]?.split('/').filter(Boolean).join('/') ?? ''}`;
    const methods = Array.from(this.methodsByPath, ([pattern, of]) => (fits(pattern, path) ? [...of] : []));
    return [...new Set(methods.flat())];
  }
}

/** Patterns as find-my-way has them: `:name` is one segment, `*` the rest. */
function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.at(-1) === '*') given.length = Math.min(given.length, wanted.length);
  return (
    wanted.length === given.length &&
    wanted.every((segment, at) => segment === '*' || segment.startsWith(':') || segment === given[at])
  );
}
