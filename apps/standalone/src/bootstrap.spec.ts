import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, it } from 'vitest';

const BOOTSTRAP = fileURLToPath(new URL('../bootstrap.mjs', import.meta.url));

/** A checkout whose tools do nothing but print, and whose one task says its result. */
let checkout: string;
beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'mts-bootstrap-'));
  const [bin, app] = [join(checkout, 'node_modules/.bin'), join(checkout, 'apps/standalone')];
  for (const folder of [bin, join(app, 'dist'), join(checkout, 'libs')])
    await mkdir(folder, { recursive: true });
  await copyFile(BOOTSTRAP, join(app, 'bootstrap.mjs'));
  await writeFile(join(app, 'dist/admin.js'), `console.log('the result');\n`);
  await writeFile(join(checkout, 'package.json'), '{"type": "module", "packageManager": "pnpm@0.0.0"}');
  await symlink(process.execPath, join(bin, 'node'));
  for (const tool of ['npx', 'pnpm', 'nx']) {
    await writeFile(join(bin, tool), `#!/bin/sh\necho ${bin}\n`);
    await chmod(join(bin, tool), 0o755);
  }
});
afterAll(async () => rm(checkout, { recursive: true }));

it('prints nothing but what the task says where a program may read it', () => {
  const env = { PATH: `${join(checkout, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` };
  const script = join(checkout, 'apps/standalone/bootstrap.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'admin', 'api-key', 'list'], {
    env,
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([0, 'the result\n']);
  expect(stderr).toMatch(/^Building \.\.\. [\d.]+ s$/m);
});
