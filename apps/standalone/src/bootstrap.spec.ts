import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

const SCRIPTS = ['bootstrap.mjs', 'one-at-a-time.mjs'];
const COMPILER = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url));
const COMPILER_OPTIONS = {
  composite: true,
  module: 'nodenext',
  lib: ['es2024', 'dom'],
  types: [],
  rootDir: 'src',
  outDir: 'dist',
  tsBuildInfoFile: 'dist/.tsbuildinfo',
};

/** A checkout whose tools do nothing but note that they were called, and whose one task says its result. */
let checkout: string;
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'mts-bootstrap-'));
  for (const folder of ['node_modules/.bin', 'apps/standalone/dist', 'apps/standalone/src', 'libs'])
    await mkdir(join(checkout, folder), { recursive: true });
  for (const script of SCRIPTS) {
    const original = fileURLToPath(new URL(`../${script}`, import.meta.url));
    await copyFile(original, join(checkout, 'apps/standalone', script));
  }
  await writeFile(join(checkout, 'apps/standalone/dist/admin.js'), `console.log('the result');\n`);
  await writeFile(join(checkout, 'package.json'), '{"type": "module", "packageManager": "pnpm@0.0.0"}');
  await writeFile(join(checkout, 'calls'), '');
  await symlink(process.execPath, join(checkout, 'node_modules/.bin/node'));
  await setTool('npx', `echo ${join(checkout, 'node_modules/.bin')}`);
  for (const tool of ['pnpm', 'tsc']) await setTool(tool, `echo ${tool} >> ${join(checkout, 'calls')}`);
});
afterEach(async () => rm(checkout, { recursive: true }));

async function setTool(name: string, commands: string): Promise<void> {
  const file = join(checkout, 'node_modules/.bin', name);
  await writeFile(file, `#!/bin/sh\n${commands}\n`);
  await chmod(file, 0o755);
}

/** What `npm run admin` starts. */
function command(): [string, string[], { env: NodeJS.ProcessEnv; encoding: 'utf8' }] {
  const env = { PATH: `${join(checkout, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` };
  const script = join(checkout, 'apps/standalone/bootstrap.mjs');
  return [process.execPath, [script, 'admin', 'api-key', 'list'], { env, encoding: 'utf8' }];
}

it('prints nothing but what the task says where a program may read it', () => {
  const { status, stdout } = spawnSync(...command());
  expect([status, stdout]).toEqual([0, 'the result\n']);
});

it('names what it does before the task where that takes time', async () => {
  const gate = join(checkout, 'gate');
  spawnSync('mkfifo', [gate]);
  await setTool('tsc', `cat ${gate}`);
  const building = spawn(...command());
  let told = '';
  building.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  const end = once(building, 'exit');
  await until(() => told.includes('Building ... '));
  await writeFile(gate, '');
  expect(await end).toEqual([0, null]);
  expect(told).toMatch(/^Building \.\.\. [\d.]+ s$/m);
});

it('shows what a tool that fails has printed, however quick it was', async () => {
  await setTool('tsc', 'echo "a wrong type" >&2; exit 2');
  const { status, stdout, stderr } = spawnSync(...command());
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/a wrong type\n+Building failed\. The sources do not compile/);
});

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'passes a %s that it alone is sent on to the task, and ends as that ends',
  async (signal) => {
    await writeFile(
      join(checkout, 'apps/standalone/dist/admin.js'),
      `for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
        process.once(signal, () => { console.log(signal); process.exit(7); });
      setInterval(() => undefined, 1e6);
      console.log('up');`,
    );
    const [node, args, options] = command();
    const running = spawn(node, args, { ...options, detached: true });
    const end = once(running, 'close');
    let told = '';
    running.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    await until(() => told.includes('up\n'));
    running.kill(signal);
    expect(await end).toEqual([7, null]);
    expect(told).toBe(`up\n${signal}\n`);
  },
);

it('lets one command at a time install and build, and tells others that they wait for it', async () => {
  const [gate, calls] = [join(checkout, 'gate'), join(checkout, 'calls')];
  spawnSync('mkfifo', [gate]);
  await setTool('pnpm', `echo pnpm >> ${calls}; cat ${gate}`);
  const first = spawn(...command());
  const ends = [once(first, 'exit')];
  await until(async () => (await callsOf(calls)).includes('pnpm'));

  const second = spawn(...command());
  ends.push(once(second, 'exit'));
  let told = '';
  second.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  await until(() => told.includes('Another command installs or builds in this folder'));
  expect(await callsOf(calls)).toEqual(['pnpm']);

  await writeFile(gate, '');
  expect((await Promise.all(ends)).map(([code]) => code as number)).toEqual([0, 0]);
  expect(await callsOf(calls)).toEqual(['pnpm', 'tsc', 'tsc']);
});

async function callsOf(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
}

it('leaves what is built where it is, and writes in place only what comes out differently', async () => {
  await setTool('tsc', `exec ${COMPILER} "$@"`);
  const [project, references] = [join(checkout, 'apps/standalone'), [{ path: 'apps/standalone' }]];
  await writeFile(join(checkout, 'tsconfig.json'), JSON.stringify({ files: [], references }));
  const settings = { compilerOptions: COMPILER_OPTIONS, include: ['src'] };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(settings));
  await writeFile(join(project, 'src/part.ts'), `export const part = 'one part';\n`);
  await writeFile(join(project, 'src/admin.ts'), `import './part.js';\nconsole.log('as before');\n`);
  expect(spawnSync(...command())).toMatchObject({ status: 0, stdout: 'as before\n' });
  const built = await filesOf(project);

  expect(spawnSync(...command()).status).toBe(0);
  expect(await filesOf(project)).toEqual(built);

  await writeFile(join(project, 'src/admin.ts'), `import './part.js';\nconsole.log('otherwise');\n`);
  expect(spawnSync(...command()).stdout).toBe('otherwise\n');
  const [part, admin] = await filesOf(project);
  expect(part).toEqual(built[0]);
  expect(admin).toMatchObject({ inode: built[1]?.inode });
});

async function filesOf(project: string): Promise<{ inode: bigint; writtenAt: bigint }[]> {
  const files = ['part.js', 'admin.js'].map((name) => join(project, 'dist', name));
  const found = await Promise.all(files.map(async (file) => stat(file, { bigint: true })));
  return found.map(({ ino, mtimeNs }) => ({ inode: ino, writtenAt: mtimeNs }));
}
