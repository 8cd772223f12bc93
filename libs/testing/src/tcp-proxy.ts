import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** How a network fails between two that still live. */
export type Cut =
  /** Packets vanish, and the connections of that time with them: neither side ever hears of the other again. */
  | 'silent'
  /** Packets come late: what was sent meanwhile arrives after the cut. */
  | 'late'
  /** Connections are reset, and new ones too. */
  | 'reset';

/** A TCP connection through a {@link TcpProxy}. */
class Link {
  private forgotten = false;

  constructor(
    private readonly near: Socket,
    private readonly far: Socket,
  ) {
    for (const [from, to] of this.ways()) {
      from.on('data', (chunk: Uint8Array) => {
        if (!this.forgotten && !to.write(chunk)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
      // A reset is told by 'close', too.
      from.on('error', () => undefined);
      from.once('close', () => {
        if (!this.forgotten) to.destroy();
      });
    }
  }

  /** Nothing passes any more, neither bytes nor an end. */
  forget(): void {
    this.forgotten = true;
  }

  pause(): void {
    for (const [from] of this.ways()) from.pause();
  }

  resume(): void {
    for (const [from] of this.ways()) from.resume();
  }

  reset(): void {
    for (const [from] of this.ways()) from.resetAndDestroy();
  }

  private ways(): readonly (readonly [from: Socket, to: Socket])[] {
    return [
      [this.near, this.far],
      [this.far, this.near],
    ];
  }
}

/** Stands between a client and a server on 127.0.0.1, and can cut them off from each other. */
export class TcpProxy {
  private readonly links = new Set<Link>();
  /** Came in during a cut. */
  private readonly strangers = new Set<Socket>();
  private current: Cut | undefined;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {
    server.on('connection', (near) => this.take(near));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, targetPort);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Until {@link mend}. */
  cut(how: Cut): void {
    this.current = how;
    for (const link of this.links) {
      if (how === 'silent') link.forget();
      else if (how === 'late') link.pause();
      else link.reset();
    }
    if (how !== 'late') this.links.clear();
  }

  mend(): void {
    this.current = undefined;
    for (const link of this.links) link.resume();
    // Their first packets would have been sent again, and got through now.
    for (const near of this.strangers) this.take(near);
    this.strangers.clear();
  }

  async close(): Promise<void> {
    for (const link of this.links) link.reset();
    for (const near of this.strangers) near.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private take(near: Socket): void {
    if (this.current === 'reset') {
      near.resetAndDestroy();
      return;
    }
    if (this.current !== undefined) {
      // Its bytes stay in the system's buffer until somebody reads them.
      near.on('error', () => undefined);
      this.strangers.add(near);
      near.once('close', () => this.strangers.delete(near));
      return;
    }
    const link = new Link(near, connect(this.targetPort, '127.0.0.1'));
    this.links.add(link);
    near.once('close', () => this.links.delete(link));
  }
}
