import type { Feature } from '../feature.js';
import { RequestsController } from './requests.controller.js';

export const requests: Feature = { controllers: [RequestsController], providers: [] };
