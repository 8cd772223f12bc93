import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const EXAMPLE = join(ROOT, 'libs/ida-client/examples/authenticate.ts');

/** The one person whom the simulator knows: the example's. */
const PEOPLE = {
  uin: '6316046705',
  vids: [{ vid: '7465075291703420', type: 'perpetual' }],
  identity: { fullName: [{ language: 'eng', value: 'Emana Sar' }], dateOfBirth: '1976/01/01' },
};

let folder: string;
let ida: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mts-alone-'));
  ida = join(folder, 'ida');
  await run(join(ROOT, 'node_modules/.bin/tsc'), ['-b', 'libs/ida-client', 'apps/ida-simulator'], {
    cwd: ROOT,
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

interface PackageJson {
  readonly dependencies?: Readonly<Record<string, string>>;
}

const isShipped = (path: string): boolean => !['node_modules', 'src'].includes(basename(path));

/** Copies a package and all that it declares to need, as an installer would; gives the names of all. */
function install(name: string, from: string, into: string): Set<string> {
  const found = findPackageJSON(name, pathToFileURL(from));
  if (found === undefined) throw new Error(`${name} is not there`);
  // Where it really is: what it needs lies beside that, not beside the link to it.
  const manifest = realpathSync(found);
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as PackageJson;
  cpSync(dirname(manifest), join(into, 'node_modules', name), { recursive: true, filter: isShipped });
  const needed = Object.keys(dependencies).flatMap((each) => [...install(each, manifest, into)]);
  return new Set([name, ...needed]);
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

describe('the client in a folder of its own', () => {
  it('needs two of our packages and two of others, and authenticates against the simulator', async () => {
    const app = join(folder, 'app');
    mkdirSync(app);
    const installed = install('@mts/ida-client', fileURLToPath(import.meta.url), app);
    expect([...installed].toSorted()).toEqual([
      '@mts/crypto',
      '@mts/domain',
      '@mts/ida-client',
      'node-forge',
      'undici',
    ]);
    cpSync(EXAMPLE, join(app, 'authenticate.ts'));
    writeFileSync(join(app, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'people.ndjson'), `${JSON.stringify(PEOPLE)}\n`);

    const simulator = fork(join(ROOT, 'apps/ida-simulator/dist/main.js'), {
      execArgv: [],
      env: {
        IDA_SIMULATOR_DIR: ida,
        IDA_SIMULATOR_POPULATION: join(folder, 'people.ndjson'),
        IDA_SIMULATOR_PORT: '0',
      },
    });
    try {
      const [{ ready }] = (await once(simulator, 'message')) as [{ readonly ready: string }];
      // The example reads its two files from where it is run.
      const { stdout } = await run(process.execPath, [join(app, 'authenticate.ts')], {
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
