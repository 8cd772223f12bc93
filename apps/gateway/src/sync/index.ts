import type { Feature } from '../feature.js';
import { AwaitedIntake } from './awaited-intake.js';
import { SyncDesk } from './sync-desk.js';

export const sync: Feature = { controllers: [], providers: [AwaitedIntake, SyncDesk] };
