import type { Feature } from '../feature.js';
import { ServiceController } from './service.controller.js';

export const service: Feature = { controllers: [ServiceController], providers: [] };
