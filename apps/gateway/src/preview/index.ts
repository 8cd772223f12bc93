import type { Feature } from '../feature.js';
import { PreviewController } from './preview.controller.js';

export const preview: Feature = { controllers: [PreviewController], providers: [] };
