import { API_KEY } from './api-key.js';
import type { AdminCommand } from './command.js';
import { DEAD_LETTERS } from './dead-letters.js';
import { ERASE } from './erase.js';
import { HOLDS } from './holds.js';
import { REQUESTS } from './requests.js';
import { REWRAP } from './rewrap.js';
import { VERIFY } from './verify.js';

/** Everything that `npm run admin` can do. */
export const ADMIN_COMMANDS: readonly AdminCommand[] = [
  API_KEY,
  REQUESTS,
  HOLDS,
  DEAD_LETTERS,
  ERASE,
  VERIFY,
  REWRAP,
];
