export { CallbackReceiver, type CallbackReceiverOptions } from './callback-receiver.js';
export {
  HTTP_ROUTE,
  type Identification,
  JSON_ROUTE,
  Odoo,
  type OdooOptions,
  UPDATE_IDENTIFICATION,
} from './odoo.js';
export { PlainReceiver } from './plain-receiver.js';
export {
  type Handler,
  type HttpReply,
  jsonReply,
  type ReceivedCall,
  ReceivingServer,
  type Reply,
} from './receiving-server.js';
export { TokenServer, type TokenServerOptions } from './token-server.js';
