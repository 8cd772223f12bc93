import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a server that can be cut and mended. */
export class TcpLine {
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    /** The URL of the server, through this line. */
    readonly url: string,
  ) {}

  static async to(url: string): Promise<TcpLine> {
    const target = new URL(url);
    const server = createServer((socket) => line.carry(socket, target));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const near = new URL(url);
    near.hostname = '127.0.0.1';
    near.port = String((server.address() as AddressInfo).port);
    const line = new TcpLine(server, near.href);
    return line;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private carry(socket: Socket, target: URL): void {
    if (this.isCut) {
      socket.destroy();
      return;
    }
    const far = connect(Number(target.port || 5432), target.hostname);
    for (const one of [socket, far]) {
      this.sockets.add(one);
      one.on('error', () => one.destroy());
      one.once('close', () => {
        this.sockets.delete(one);
        (one === socket ? far : socket).destroy();
      });
    }
    socket.pipe(far).pipe(socket);
  }
}
