import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Version } from '../cases/case.js';
import { UsageError } from '../command/usage-error.js';
import { type TestPopulation, testPopulation } from './population.js';

/** What the simulator tells a relying party, `relying-party.json`. */
export interface RelyingParty {
  readonly partnerId: string;
  readonly apiKey: string;
  readonly mispLicenceKey: string;
  readonly p12Password: string;
  readonly domainUri: string;
}

/** Forked, not imported: the simulator is no part of whatever asks it. */
const SCRIPT = fileURLToPath(new URL('../../../ida-simulator/dist/main.js', import.meta.url));

/** The built simulator as a process of its own, which knows the test people; its keys lie in a temporary folder. */
export class Simulator {
  private constructor(
    readonly url: string,
    readonly relyingParty: RelyingParty,
    readonly population: TestPopulation,
    private readonly folder: string,
    private readonly child: ChildProcess,
    private readonly removeFolder: () => void,
  ) {}

  /** @throws UsageError if it is not built, or does not start */
  static async start(version: Version): Promise<Simulator> {
    if (!existsSync(SCRIPT)) throw new UsageError('--simulator: the simulator of this checkout is not built');
    const folder = await mkdtemp(join(tmpdir(), 'mts-conformance-'));
    const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
    // Also when a second Ctrl-C ends this process at once.
    process.once('exit', removeFolder);
    const population = testPopulation();
    await writeFile(join(folder, 'population.ndjson'), population.ndjson);
    const child = forkSimulator(folder, version);
    try {
      const url = await readiness(child);
      const party = await readFile(join(folder, 'keys', 'relying-party.json'), 'utf8');
      return new Simulator(url, JSON.parse(party) as RelyingParty, population, folder, child, removeFolder);
    } catch (error) {
      child.kill();
      removeFolder();
      throw error;
    }
  }

  get authUrl(): string {
    return `${this.url}/idauthentication/v1/auth`;
  }

  /** A file that the simulator has made for its relying party. */
  file(name: string): string {
    return join(this.folder, 'keys', name);
  }

  /** Steers it; its README tells of the faults. */
  async setFaults(faults: object): Promise<void> {
    await this.admin('PUT', 'faults', faults);
  }

  /** @throws Error unless the simulator does as it is told */
  async admin(method: string, path: string, body?: object): Promise<unknown> {
    const request = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${this.url}/admin/${path}`, request);
    if (!response.ok) throw new Error(`The simulator answers ${path} with HTTP ${response.status}`);
    return response.json();
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exit = once(this.child, 'exit');
      this.child.kill();
      await exit;
    }
    this.removeFolder();
    process.off('exit', this.removeFolder);
  }
}

function forkSimulator(folder: string, version: Version): ChildProcess {
  const foreign = Object.entries(process.env).filter(([name]) => !/^(?:MTS_|IDA_SIMULATOR_)/.test(name));
  return fork(SCRIPT, {
    env: {
      ...Object.fromEntries(foreign),
      IDA_SIMULATOR_DIR: join(folder, 'keys'),
      IDA_SIMULATOR_POPULATION: join(folder, 'population.ndjson'),
      IDA_SIMULATOR_PORT: '0',
      IDA_SIMULATOR_VERSION: version,
    },
    execArgv: [],
    silent: true,
    // A process group of its own: Ctrl-C reaches the suite alone, which still has a case to end.
    detached: true,
  });
}

/** The address that it sends once it can be asked. */
async function readiness(child: ChildProcess): Promise<string> {
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const end = once(child, 'close').then(() => {
    throw new UsageError(`--simulator: it does not start: ${printed.trim()}`);
  });
  const [message] = (await Promise.race([once(child, 'message'), end])) as [{ readonly ready: string }];
  // It ends later on, too, when it is told to.
  end.catch(() => undefined);
  return message.ready;
}
