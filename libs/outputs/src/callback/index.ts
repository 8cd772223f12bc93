export { CallbackClient, type CallbackParts } from './client.js';
export { CallbackFault, type CallbackFaultEffect } from './fault.js';
export { longestCallMs } from './hard-end.js';
export { signingKey } from './signature.js';
export {
  CALLBACK_METHODS,
  type CallbackLogin,
  type CallbackMethod,
  type CallbackTarget,
  DELIVERED_RECORDS,
  type OAuthLogin,
  type OdooLogin,
  openCallbackTarget,
  sealCallbackTarget,
} from './target.js';
