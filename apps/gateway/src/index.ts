export { type GatewaySurroundings, type RunningGateway, startGateway } from './gateway.js';
export { type GatewayConfig, readGatewayConfig } from './options.js';
