import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { builtApp } from '@mts/testing';
import { expect, it } from 'vitest';

/** Sends the process the signal when it begins to load what it is made of. */
const SIGNAL_AT_FIRST = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === './serve.js') process.kill(process.pid, 'SIGTERM');
      return next(specifier, context);
    },
  });
`)}`;

it.each(['gateway', 'seeder', 'scheduler'])(
  'the %s heeds a signal that comes before it has loaded its parts, also where nothing else would end it',
  async (name) => {
    // Without a configuration a start that was begun would fail.
    const app = spawn(process.execPath, ['--import', SIGNAL_AT_FIRST, builtApp(name)], { env: {} });
    expect(await once(app, 'exit')).toEqual([0, null]);
  },
);
