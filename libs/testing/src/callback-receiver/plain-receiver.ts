import { type Handler, jsonReply, type Reply } from './receiving-server.js';

/** A receiver that takes everything, but for what it is told to answer next. */
export class PlainReceiver {
  private readonly next: (Reply | Promise<Reply>)[] = [];

  /** Each stands for one call, in this order; after them everything is taken again. */
  answerNext(...replies: readonly (Reply | Promise<Reply>)[]): void {
    this.next.push(...replies);
  }

  readonly handle: Handler = () => this.next.shift() ?? jsonReply(200, { received: true });
}
