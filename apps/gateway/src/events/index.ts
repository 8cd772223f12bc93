import type { Feature } from '../feature.js';
import { EventsController } from './events.controller.js';
import { RequestWatch } from './request-watch.js';

export const events: Feature = { controllers: [EventsController], providers: [RequestWatch] };
