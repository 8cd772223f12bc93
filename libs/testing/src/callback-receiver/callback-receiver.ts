import { Odoo, type OdooOptions } from './odoo.js';
import { PlainReceiver } from './plain-receiver.js';
import { type ReceivedCall, ReceivingServer, type Reply } from './receiving-server.js';
import { TokenServer, type TokenServerOptions } from './token-server.js';

export interface CallbackReceiverOptions {
  readonly odoo?: Partial<OdooOptions>;
  readonly oauth?: Partial<TokenServerOptions>;
}

/**
 * Everything that callbacks meet, behind one port:
 *
 * - `/cb…`: a plain receiver, see {@link PlainReceiver}
 * - `/oauth/token`: a token endpoint, see {@link TokenServer}; `/protected`: what takes its tokens alone
 * - all else: an Odoo, see {@link Odoo}
 */
export class CallbackReceiver {
  private constructor(
    readonly server: ReceivingServer,
    readonly plain: PlainReceiver,
    readonly odoo: Odoo,
    readonly oauth: TokenServer,
  ) {}

  static async start({ odoo = {}, oauth = {} }: CallbackReceiverOptions = {}): Promise<CallbackReceiver> {
    const parts = {
      plain: new PlainReceiver(),
      odoo: new Odoo({ database: 'openg2pdb', login: 'mts', password: 'secret', ...odoo }),
      oauth: new TokenServer({
        client: { id: 'cid', secret: 'csec' },
        user: { name: 'u', password: 'p' },
        ...oauth,
      }),
    };
    const server = await ReceivingServer.start(async (call) => answer(call, parts));
    return new CallbackReceiver(server, parts.plain, parts.odoo, parts.oauth);
  }

  async close(): Promise<void> {
    await this.server.close();
  }
}

async function answer(
  call: ReceivedCall,
  { plain, odoo, oauth }: Pick<CallbackReceiver, 'plain' | 'odoo' | 'oauth'>,
): Promise<Reply> {
  if (call.path.startsWith('/cb')) return plain.handle(call);
  if (call.path === '/oauth/token') return oauth.handle(call);
  if (call.path === '/protected') return oauth.isAuthorized(call) ? plain.handle(call) : { status: 401 };
  return odoo.handle(call);
}
