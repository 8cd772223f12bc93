import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './index.js';
import { isRoot, serverUser } from './server-user.js';

let folder: string;
let dataDir: string;
const started: EmbeddedPostgres[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-pg-spec-'));
  await chmod(folder, 0o711);
  dataDir = join(folder, 'state', 'postgres');
});
afterEach(async () => {
  // Some tests have killed their server: then there is nothing to stop.
  for (const postgres of started.splice(0)) await postgres.stop().catch(() => undefined);
  await rm(folder, { recursive: true });
});

async function start(options?: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres(options);
  started.push(postgres);
  return postgres;
}

/** The first column of the first row. */
async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

async function pidOf(postgres: EmbeddedPostgres): Promise<number> {
  return Number.parseInt(await readFile(join(postgres.dataDir, 'postmaster.pid'), 'utf8'), 10);
}

describe('without a data directory', () => {
  it('gives an empty UTF-8 database and leaves nothing behind', async () => {
    const postgres = await start();
    expect(await ask(postgres.url, 'show server_encoding')).toBe('UTF8');
    expect(await ask(postgres.url, 'show fsync')).toBe('off');
    await postgres.stop();
    await expect(access(dirname(postgres.dataDir))).rejects.toThrow('ENOENT');
  });

  it('removes what a killed process has left', async () => {
    const { pid } = spawnSync('true');
    const left = join(tmpdir(), `mts-postgres-${pid}-left`);
    await mkdir(join(left, 'data'), { recursive: true });
    await start();
    await expect(access(left)).rejects.toThrow('ENOENT');
  });
});

describe('with a data directory', () => {
  it('finds everything again on the second start', async () => {
    const first = await start({ dataDir });
    await ask(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await start({ dataDir });
    expect(await ask(second.url, 'select answer from kept')).toBe(42);
    expect(await ask(second.url, 'show fsync')).toBe('on');
  });

  it('has committed rows still when the server was killed, and tells that it is lost', async () => {
    const first = await start({ dataDir });
    await ask(first.url, 'create table kept as select 42 as answer');
    process.kill(await pidOf(first), 'SIGKILL');
    expect((await first.lost).message).toContain('unexpectedly');
    const second = await start({ dataDir });
    expect(await ask(second.url, 'select answer from kept')).toBe(42);
  });

  it('ends a server that still runs there before it starts its own', async () => {
    const orphan = await start({ dataDir });
    const heir = await start({ dataDir });
    await orphan.lost;
    expect(await ask(heir.url, 'select 1')).toBe(1);
  });

  it('leaves a process alone that has got the number of the server by chance', async () => {
    const first = await start({ dataDir });
    const bystander = spawn('sleep', ['600'], serverUser);
    const pidFile = join(first.dataDir, 'postmaster.pid');
    const content = await readFile(pidFile, 'utf8');
    process.kill(await pidOf(first), 'SIGKILL');
    await first.lost;
    await writeFile(pidFile, content.replace(/^\d+/, String(bystander.pid)));
    const second = await start({ dataDir });
    expect(await ask(second.url, 'select 1')).toBe(1);
    // It would be false if there were nobody to kill any more.
    expect(bystander.kill('SIGKILL')).toBe(true);
  });

  it('begins again where a first start was cut off', async () => {
    await mkdir(`${dataDir}.new`, { recursive: true });
    await writeFile(join(`${dataDir}.new`, 'PG_VERSION'), '18\n');
    const postgres = await start({ dataDir });
    expect(await ask(postgres.url, 'select 1')).toBe(1);
    await expect(access(`${dataDir}.new`)).rejects.toThrow('ENOENT');
  });

  it('says what to do if the password is lost', async () => {
    const first = await start({ dataDir });
    await first.stop();
    await rm(`${dataDir}.password`);
    await expect(start({ dataDir })).rejects.toThrow(/password is missing.*remove .* to begin anew/);
  });
});

describe('keeps others out', () => {
  it('listens on loopback alone, and only to who knows the password', async () => {
    const postgres = await start();
    expect(await ask(postgres.url, 'show listen_addresses')).toBe('127.0.0.1');
    expect(await ask(postgres.url, 'show unix_socket_directories')).toBe('');
    const stranger = new URL(postgres.url);
    stranger.password = 'guess';
    await expect(ask(stranger.href, 'select 1')).rejects.toThrow('password authentication failed');
  });

  it('keeps the password in a file of its owner', async () => {
    const postgres = await start({ dataDir });
    const { mode } = await stat(`${dataDir}.password`);
    expect(mode & 0o777).toBe(0o600);
    expect(await readFile(`${dataDir}.password`, 'utf8')).toBe(new URL(postgres.url).password);
  });

  it('writes no value of a row into its log', async () => {
    const postgres = await start({ dataDir });
    await ask(postgres.url, 'create table person (name text primary key)');
    await ask(postgres.url, "insert into person values ('Zanzibar')");
    await expect(ask(postgres.url, "insert into person values ('Zanzibar')")).rejects.toThrow(
      'duplicate key',
    );
    const log = await readFile(`${dataDir}.log`, 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('Zanzibar');
  });
});

it('says so if the wanted port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await expect(start({ port })).rejects.toThrow(`cannot have port ${port}`);
  other.close();
});

describe.runIf(isRoot)('run by root in a folder that others cannot enter', () => {
  it('keeps the data where PostgreSQL can go, and finds them there again', async () => {
    await chmod(folder, 0o700);
    const first = await start({ dataDir });
    expect(first.dataDir).not.toContain(folder);
    await ask(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await start({ dataDir });
    expect(second.dataDir).toBe(first.dataDir);
    expect(await ask(second.url, 'select answer from kept')).toBe(42);
    await second.stop();
    await rm(dirname(first.dataDir), { recursive: true });
  });
});
