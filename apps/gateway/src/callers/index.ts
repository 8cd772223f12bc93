import type { Feature } from '../feature.js';
import { ApiKeysController } from './api-keys.controller.js';

export const callers: Feature = { controllers: [ApiKeysController], providers: [] };
