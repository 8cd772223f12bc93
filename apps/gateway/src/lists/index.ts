import type { Feature } from '../feature.js';
import { ListsController } from './lists.controller.js';

export const lists: Feature = { controllers: [ListsController], providers: [] };
