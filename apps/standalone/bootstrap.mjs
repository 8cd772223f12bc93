// The way in: `npm start`, `npm test` and the other scripts of package.json. Runs on any Node.js >= 20 with npm and
// nothing else: brings pnpm and Node.js 24 from the registry, installs, builds, and hands over to the task.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { oneAtATime } from './one-at-a-time.mjs';

const NODE_MAJOR = 24;
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const STAMP = join(root, 'node_modules/.mts-installed.json');
/** What takes longer is named, lest somebody waits for nothing that is told. */
const NAMED_AFTER_MS = 1000;
const HELP = { help: { type: 'boolean', short: 'h' } };
const NODE = ['node', '--enable-source-maps'];
/** Each writes its own pages when it is loaded. */
const REFERENCE_WRITERS = [
  './libs/platform/dist/config/write-reference.js',
  './libs/ida-client/dist/reference/write-reference.js',
  './e2e/dist/recorded/write-reference.js',
];

const TASKS = {
  start: {
    usage: `npm start -- [--once] [--port <number>]

Starts the token seeder with all that it needs and stays up until Ctrl-C. The first time it turns a sample list
of 1,000 people into Token IDs.

  --once            turn the sample list into Token IDs, the first time or not, and end (with the simulator and its own people alone)
  --port <number>   of the HTTP API, 8080 by default (or set MTS_GATEWAY_PORT)

With DATABASE_URL it uses that PostgreSQL. With MTS_IDA_AUTH_URL and its fellows it asks that IDA, without
simulator and sample list; MTS_IDA_VERSION says which version of IDA is asked or simulated. All variables: docs/reference/configuration.md`,
    options: { once: { type: 'boolean' }, port: { type: 'string' } },
    run: (args) => [...NODE, 'apps/standalone/dist/main.js', ...args],
  },
  test: {
    usage: `npm test -- [<spec file> ...]

Runs every check and every test, or only the given spec files. The last line counts them.`,
    allowPositionals: true,
    run: (args) => [...NODE, 'apps/standalone/dist/test.js', ...args],
  },
  'test:faults': {
    usage: `npm run test:faults -- [<name> ...] [--short] [--out <folder>]

Makes the faults that the system must survive. --help lists them.`,
    passAll: true,
    run: (args) => [...NODE, 'e2e/dist/faults/main.js', ...args],
  },
  check: {
    usage: `npm run check

Builds, then checks format, lint, types and import rules.`,
    run: () => [...NODE, 'apps/standalone/dist/check.js'],
  },
  people: {
    usage: `npm run people -- [options]

Makes synthetic people: a list to hand in, and what the IDA simulator must know of them.`,
    passAll: true,
    // A smaller space for new objects than Node.js takes by itself: half the memory at the same speed.
    run: (args) => [...NODE, '--max-semi-space-size=16', 'apps/ida-simulator/dist/people.js', ...args],
  },
  bench: {
    usage: `npm run bench -- [<name> ...] [options]

Measures, prints a table and writes bench/results.md and bench/results.json. --help lists names and options.`,
    passAll: true,
    run: (args) => [...NODE, 'bench/dist/main.js', ...args],
  },
  'ida:conformance': {
    usage: `npm run ida:conformance -- [options]

Finds out, case by case, whether an IDA does what MOSIP says it does.`,
    passAll: true,
    run: (args) => [...NODE, 'apps/ida-conformance/dist/main.js', ...args],
  },
  migrate: {
    usage: `DATABASE_URL=postgres://... npm run migrate

Makes the tables and queues, or brings them up to date.`,
    run: () => [...NODE, 'apps/standalone/dist/migrate.js'],
  },
  seeder: {
    usage: `npm run seeder

Starts one seeder more, beside that of the \`npm start\` of this folder and with its options; or, where none runs,
as DATABASE_URL, MTS_IDA_AUTH_URL and the other variables say. Ctrl-C stops it. See docs/guide/how-fast-it-asks.md`,
    logs: true,
    run: () => [...NODE, 'apps/standalone/dist/seeder.js'],
  },
  admin: {
    usage: `npm run admin -- <command> [<argument> ...] [--json]

What an operator does beside the API, in the database of DATABASE_URL or in that of \`npm start\`: keys of callers,
requests, holds, dead letters, erasure, the rotation of the key-encryption key. --help lists the commands.`,
    passAll: true,
    run: (args) => [...NODE, 'apps/standalone/dist/admin.js', ...args],
  },
  docs: {
    usage: `npm run docs

Writes the generated pages under docs/reference and docs/errors.`,
    run: () => [...NODE, ...REFERENCE_WRITERS.flatMap((file) => ['--import', file]), '--eval', ''],
  },
  'pack:ida-client': {
    usage: `npm run pack:ida-client -- [<folder>]

Writes the IDA client and the two packages that it needs into the folder, .mts/ida-client by default, as tarballs
that npm installs in any project.`,
    allowPositionals: true,
    run: ([folder = '.mts/ida-client']) => {
      const into = resolve(root, folder);
      process.stdout.write(`Packing into ${into}\n`);
      return ['pnpm', '--silent', '--filter=@mts/ida-client', 'run', 'tarballs', into];
    },
  },
  format: {
    usage: `npm run format

Formats all files.`,
    needsBuild: false,
    run: () => ['prettier', '--log-level=warn', '--write', '.'],
  },
};

if (nodeMajor(process.version) < 20)
  fail(1, `Node.js 20 or newer is needed to start; this is ${process.version}.`);
const [name, ...args] = process.argv.slice(2);
const task = TASKS[name];
if (!task) fail(2, `Tasks: ${Object.keys(TASKS).join(', ')}`);
checkArguments(task, args);
const env = { ...process.env };
if (!process.stdout.isTTY) {
  // No control characters in a log.
  delete env.FORCE_COLOR;
  env.NO_COLOR = '1';
}
// What a program reads of such a task, as in `npm run -s admin -- api-key list | …`, is what the task prints alone.
const isRead = task.passAll || task.logs;
const progress = isRead && !process.stdout.isTTY ? process.stderr : process.stdout;
assertWritable();
const letNextIn = await oneAtATime(root, () =>
  progress.write('Another command installs or builds in this folder; waiting until it has ...\n'),
);
await install();
if (task.needsBuild ?? true) await build();
letNextIn();
become(task.run(args));

/** Before anything is installed, so that asking for help is quick. */
function checkArguments({ usage, options, allowPositionals = false, passAll = false }, given) {
  if (passAll) return;
  try {
    const { values } = parseArgs({ args: given, options: { ...options, ...HELP }, allowPositionals });
    if (values.help) fail(0, `Usage: ${usage}`);
  } catch (error) {
    fail(2, `${error.message}\n\nUsage: ${usage}`);
  }
}

/** Packages are installed and sources built beside them. */
function assertWritable() {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    if (name === 'test') process.stdout.write('0 passed, 1 failed\n');
    fail(
      1,
      `${root} cannot be written, and npm installs and builds in it: copy it to a folder of yours, or run what is built there by node_modules/.bin/node apps/standalone/dist/main.js.`,
    );
  }
}

/** Skipped while nothing that an installation depends on has changed since the last one. */
async function install() {
  const fingerprint = installationFingerprint();
  const stamp = existsSync(STAMP) ? JSON.parse(readFileSync(STAMP, 'utf8')) : {};
  const isInstalled = stamp.fingerprint === fingerprint && existsSync(stamp.pnpmPath);
  const pnpmPath = isInstalled ? stamp.pnpmPath : await findPnpm();
  env.PATH = [join(root, 'node_modules/.bin'), pnpmPath, env.PATH].join(delimiter);
  if (isInstalled) return;
  await step('Installing packages', ['pnpm', 'install', '--frozen-lockfile', '--reporter=append-only'], {
    advice:
      'Is the npm registry within reach? A proxy is set by HTTPS_PROXY, a mirror by npm_config_registry.',
  });
  checkRuntime();
  writeFileSync(STAMP, JSON.stringify({ fingerprint, pnpmPath }));
}

/** The registry has it for Linux; elsewhere the machine's own must do. */
function checkRuntime() {
  const version = spawnSync('node', ['--version'], { env, encoding: 'utf8' }).stdout ?? 'none';
  if (nodeMajor(version) < NODE_MAJOR) {
    fail(
      1,
      `Node.js ${NODE_MAJOR} is needed on this platform and ${version.trim()} is what there is: install it.`,
    );
  }
}

function nodeMajor(version) {
  return Number.parseInt(version.replace('v', ''), 10) || 0;
}

function installationFingerprint() {
  const packages = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((each) => `${folder}/${each}/package.json`),
  );
  const files = [
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    '.npmrc',
    'e2e/package.json',
    'bench/package.json',
    ...packages,
  ];
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of files.map((each) => join(root, each))) {
    if (existsSync(file)) hash.update(`\0${file}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** The folder of the pinned pnpm: npx keeps it in npm's own cache, and it is the first of PATH for what npx runs. */
async function findPnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const npx = ['npx', '--yes', '--prefer-offline', '--ignore-scripts', '--loglevel=error'];
  const printed = await step(
    `Fetching ${packageManager}`,
    [...npx, `--package=${packageManager}`, '--', 'node', '-p', 'process.env.PATH'],
    // Not in the workspace, all of whose packages npx would read first.
    { cwd: tmpdir(), advice: 'Is the npm registry within reach? A proxy is set by HTTPS_PROXY.' },
  );
  return printed.trim().split(delimiter)[0];
}

/**
 * The compiler looks for itself whether anything has changed, and writes only what comes out differently. Apps run from these
 * files, and start again from them: a build that clears its output first, as Nx does to restore it, would pull it away.
 */
async function build() {
  await step('Building', ['tsc', '--build', '--pretty', String(process.stdout.isTTY ?? false)], {
    advice: 'The sources do not compile: see above.',
  });
}

/** Runs quietly: is named only if it takes time, and shows what the command printed only if it failed. */
async function step(title, [command, ...argv], { advice, cwd = root }) {
  const startedAt = Date.now();
  let isNamed = false;
  const naming = setTimeout(() => {
    isNamed = true;
    progress.write(`${title} ... `);
  }, NAMED_AFTER_MS);
  const { status, stdout, printed } = await run(command, argv, cwd);
  clearTimeout(naming);
  if (status !== 0) {
    progress.write(`${isNamed ? 'failed\n' : ''}${printed}\n${title} failed. ${advice}\n`);
    if (name === 'test') process.stdout.write('0 passed, 1 failed\n');
    process.exit(1);
  }
  if (isNamed) progress.write(`${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
  return stdout;
}

async function run(command, argv, cwd) {
  const child = spawn(command, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, printed] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => ((stdout += text), (printed += text)));
  child.stderr.setEncoding('utf8').on('data', (text) => (printed += text));
  try {
    const [status] = await once(child, 'close');
    return { status, stdout, printed };
  } catch (error) {
    return { status: null, stdout, printed: String(error) };
  }
}

/** Stands in for the task: passes signals on, and ends as it ended. */
function become([command, ...argv]) {
  const child = spawn(command, argv, { cwd: root, stdio: 'inherit', env });
  process.on('SIGINT', () => isInForeground() || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm does not pass a SIGTERM on that it alone is sent: it ends, and leaves us to another parent.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1000);
  child.once('error', (error) => fail(1, String(error)));
  child.once('exit', (code) => {
    clearInterval(watch);
    process.exitCode = code ?? 1;
  });
}

/**
 * Ctrl-C reaches the task by itself: a terminal signals the whole process group in its foreground, which is the sixth
 * field behind the name in proc_pid_stat(5), ours being the third.
 */
function isInForeground() {
  if (process.platform !== 'linux') return process.stdin.isTTY ?? false;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return group === foreground;
}

function fail(code, message) {
  process[code === 0 ? 'stdout' : 'stderr'].write(`${message}\n`);
  process.exit(code);
}
