import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CLIENT = join(ROOT, 'libs/ida-client');

let folder: string;
let tarballs: string;
let app: string;
let ida: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mts-alone-'));
  [tarballs, app, ida] = [join(folder, 'tarballs'), join(folder, 'app'), join(folder, 'ida')];
  await run(join(ROOT, 'node_modules/.bin/tsc'), ['-b', 'libs/ida-client', 'apps/ida-simulator'], {
    cwd: ROOT,
  });
  // What `npm run pack:ida-client` runs once it has built.
  await run('pnpm', ['run', 'tarballs', tarballs], { cwd: CLIENT, env: withPnpm() });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Whoever installed with pnpm has it on the PATH; else `apps/standalone/bootstrap.mjs` noted where it is. */
function withPnpm(): NodeJS.ProcessEnv {
  const stamp = join(ROOT, 'node_modules/.mts-installed.json');
  if (!existsSync(stamp)) return process.env;
  const { pnpmPath } = JSON.parse(readFileSync(stamp, 'utf8')) as { readonly pnpmPath: string };
  return { ...process.env, PATH: [process.env['PATH'], pnpmPath].join(delimiter) };
}

/** npm as somebody has it who knows nothing of this workspace: no settings, an empty cache, and here no registry. */
async function npm(...args: readonly string[]): Promise<void> {
  const env = { PATH: process.env['PATH'], HOME: join(folder, 'home') };
  await run('npm', [...args, '--offline', '--ignore-scripts'], { cwd: app, env });
}

/** Stands in for the registry: a package of others as a tarball, as it lies in this workspace. */
async function packOther(name: string, dependant: string, into: string): Promise<void> {
  const manifest = findPackageJSON(name, join(ROOT, dependant, 'package.json'));
  if (manifest === undefined) throw new Error(`${name} is not there`);
  await npm('pack', dirname(manifest), '--pack-destination', into);
}

interface RelyingParty {
  readonly partnerId: string;
  readonly apiKey: string;
  readonly mispLicenceKey: string;
  readonly p12Password: string;
}

/** What the simulator left for its relying party, as the example wants it. */
function environment(url: string): NodeJS.ProcessEnv {
  const party = JSON.parse(readFileSync(join(ida, 'relying-party.json'), 'utf8')) as RelyingParty;
  return {
    IDA_AUTH_URL: `${url}/idauthentication/v1/auth`,
    IDA_PARTNER_ID: party.partnerId,
    IDA_API_KEY: party.apiKey,
    IDA_MISP_LICENCE_KEY: party.mispLicenceKey,
    PARTNER_P12_PASSWORD: party.p12Password,
  };
}

describe('the packed client', () => {
  it('is three packages, each with its code and licence and nothing else of this workspace', async () => {
    const contents = readdirSync(tarballs).map(async (name) => {
      const { stdout } = await run('tar', ['-tzf', join(tarballs, name)]);
      const paths = stdout.trimEnd().split('\n');
      expect(paths).toContain('package/dist/index.js');
      return [name, paths.filter((path) => !/^package\/dist\/.*\.(js|d\.ts)(\.map)?$/.test(path)).toSorted()];
    });
    const both = ['package/LICENSE', 'package/package.json'];
    expect(Object.fromEntries(await Promise.all(contents))).toEqual({
      'mts-crypto-2.0.0.tgz': both,
      'mts-domain-2.0.0.tgz': both,
      'mts-ida-client-2.0.0.tgz': ['package/LICENSE', 'package/README.md', 'package/package.json'],
    });
  });

  it('is installed by npm alone with two packages of others, and authenticates against the simulator', async () => {
    const others = join(folder, 'others');
    for (const each of [app, others]) mkdirSync(each);
    writeFileSync(join(app, 'package.json'), '{}');
    await packOther('undici', 'libs/ida-client', others);
    await packOther('node-forge', 'libs/crypto', others);
    const all = [tarballs, others].flatMap((each) => readdirSync(each).map((name) => join(each, name)));
    expect(all).toHaveLength(5);
    await npm('install', ...all);
    cpSync(join(CLIENT, 'examples/authenticate.ts'), join(app, 'authenticate.mts'));

    const simulator = fork(join(ROOT, 'apps/ida-simulator/dist/main.js'), {
      execArgv: [],
      env: {
        IDA_SIMULATOR_DIR: ida,
        IDA_SIMULATOR_POPULATION: join(ROOT, 'apps/ida-simulator/sample/population.ndjson'),
        IDA_SIMULATOR_PORT: '0',
      },
    });
    try {
      const [{ ready }] = (await once(simulator, 'message')) as [{ readonly ready: string }];
      // The example reads its two files from where it is run.
      const { stdout } = await run(process.execPath, [join(app, 'authenticate.mts')], {
        cwd: ida,
        env: environment(ready),
      });
      expect(stdout).toBe('known');
    } finally {
      simulator.kill();
      await once(simulator, 'exit');
    }
  });
});
