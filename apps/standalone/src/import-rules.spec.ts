import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Files of a workspace like ours, and what each of them imports: all of it allowed. */
const CLEAN: Readonly<Record<string, readonly string[]>> = {
  'libs/domain/src/index.ts': ['./words.js'],
  'libs/domain/src/words.ts': [],
  'libs/domain/src/words.spec.ts': ['./words.js', '@mts/testing', 'vitest'],
  'libs/postgres/src/index.ts': ['pg'],
  'libs/store/src/index.ts': ['@mts/domain', '@mts/postgres', 'typeorm', 'pg', 'pg-copy-streams'],
  'libs/queue/src/index.ts': ['@mts/domain', '@mts/postgres', 'pg-boss'],
  'libs/platform/src/index.ts': ['@mts/domain', 'axios'],
  'libs/crypto/src/index.ts': ['@mts/domain'],
  'libs/inputs/src/index.ts': ['./registry.js', '@mts/store'],
  'libs/inputs/src/registry.ts': ['./csv/csv.js', './json/json.js'],
  'libs/inputs/src/kit/mapping.ts': ['@mts/domain'],
  'libs/inputs/src/csv/csv.ts': ['../kit/mapping.js', '@mts/crypto'],
  'libs/inputs/src/json/json.ts': ['../kit/mapping.js'],
  'libs/ida-client/src/index.ts': ['@mts/domain', '@mts/crypto'],
  'libs/outputs/src/index.ts': ['./registry.js'],
  'libs/outputs/src/registry.ts': ['./deliveries/download/download.js', './deliveries/callback/callback.js'],
  'libs/outputs/src/kit/rows.ts': ['@mts/domain'],
  'libs/outputs/src/deliveries/download/download.ts': ['../../kit/rows.js'],
  'libs/outputs/src/deliveries/callback/callback.ts': ['../../kit/rows.js', './address.js'],
  'libs/outputs/src/deliveries/callback/address.ts': [],
  'libs/embedded-postgres/src/index.ts': ['pg'],
  'libs/testing/src/index.ts': ['@mts/embedded-postgres', 'pg', 'vitest'],
  'apps/gateway/src/index.ts': ['@mts/inputs', '@mts/outputs', '@mts/store', '@nestjs/common'],
  'apps/gateway/src/app.spec.ts': ['./index.js', '@mts/testing', '@nestjs/testing', 'supertest'],
  'apps/seeder/src/index.ts': ['@mts/ida-client', '@mts/queue'],
  'apps/ida-simulator/src/index.ts': [],
  'apps/ida-simulator/src/index.spec.ts': ['./index.js', '@mts/testing'],
  'apps/standalone/src/index.ts': ['@mts/gateway', '@mts/embedded-postgres', 'axios'],
  'e2e/src/index.ts': ['@mts/testing', '@mts/embedded-postgres', 'pg', 'axios'],
};

const NPM_PACKAGES =
  'pg pg-boss pg-copy-streams typeorm axios vitest supertest @nestjs/common @nestjs/testing'.split(' ');

/** One import too many, and the rule that it breaks. */
const VIOLATIONS: readonly (readonly [rule: string, file: string, imported: string])[] = [
  ['domain-stands-alone', 'libs/domain/src/words.ts', '@mts/ida-simulator'],
  ['foundations-know-only-the-domain', 'libs/queue/src/index.ts', '@mts/store'],
  ['foundations-know-only-the-domain', 'libs/platform/src/index.ts', '@mts/crypto'],
  ['connections-are-plain', 'libs/postgres/src/index.ts', '@mts/domain'],
  ['connections-are-for-store-and-queue', 'apps/seeder/src/index.ts', '@mts/postgres'],
  ['stations-meet-in-the-store', 'libs/inputs/src/csv/csv.ts', '@mts/outputs'],
  ['stations-meet-in-the-store', 'libs/ida-client/src/index.ts', '@mts/inputs'],
  ['ida-client-is-plain', 'libs/ida-client/src/index.ts', '@nestjs/common'],
  ['ida-client-is-plain', 'libs/ida-client/src/index.ts', '@mts/queue'],
  ['apps-stand-apart', 'apps/gateway/src/index.ts', '@mts/seeder'],
  ['apps-stand-apart', 'apps/seeder/src/index.ts', '@mts/standalone'],
  ['simulator-is-a-stranger', 'apps/ida-simulator/src/index.ts', '@mts/domain'],
  ['simulator-is-a-stranger', 'apps/ida-simulator/src/index.spec.ts', '@mts/crypto'],
  ['test-helpers-know-no-other-lib', 'libs/embedded-postgres/src/index.ts', '@mts/domain'],
  ['test-helpers-know-no-other-lib', 'libs/testing/src/index.ts', '@mts/store'],
  ['e2e-is-a-black-box', 'e2e/src/index.ts', '@mts/gateway'],
  ['adapters-keep-apart', 'libs/inputs/src/csv/csv.ts', '../json/json.js'],
  ['adapters-keep-apart', 'libs/outputs/src/deliveries/download/download.ts', '../callback/address.js'],
  ['adapters-keep-apart', 'libs/outputs/src/kit/rows.ts', '../deliveries/callback/address.js'],
  ['adapters-are-behind-the-registry', 'apps/gateway/src/index.ts', '@mts/inputs/csv/csv.ts'],
  ['packages-are-entered-by-their-exports', 'apps/gateway/src/index.ts', '../../../libs/crypto/src/index.js'],
  ['test-helpers-stay-in-tests', 'apps/gateway/src/index.ts', '@mts/testing'],
  ['test-helpers-stay-in-tests', 'libs/store/src/index.ts', 'vitest'],
  ['test-helpers-stay-in-tests', 'libs/domain/src/index.ts', './words.spec.js'],
  ['embedded-postgres-is-for-first-runs-and-tests', 'apps/seeder/src/index.ts', '@mts/embedded-postgres'],
  ['pg-boss-is-reserved', 'apps/gateway/src/index.ts', 'pg-boss'],
  ['typeorm-is-reserved', 'apps/gateway/src/index.ts', 'typeorm'],
  ['typeorm-is-reserved', 'libs/queue/src/index.ts', 'pg-copy-streams'],
  ['pg-is-reserved', 'libs/queue/src/index.ts', 'pg'],
  ['axios-is-reserved', 'apps/seeder/src/index.ts', 'axios'],
  ['no-cycles', 'libs/domain/src/words.ts', './index.js'],
  ['imports-are-declared', 'libs/crypto/src/index.ts', 'left-pad'],
];

let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'mts-import-rules-'));
  const packages = new Set(Object.keys(CLEAN).map((file) => file.slice(0, file.indexOf('/src/'))));
  await Promise.all([
    ...Object.entries(CLEAN).map(async ([file, imported]) => write(file, imports(imported))),
    ...[...packages].map(linkPackage),
    ...NPM_PACKAGES.map(async (name) => write(`node_modules/${name}/index.js`, '')),
  ]);
});
afterEach(async () => {
  await rm(workspace, { recursive: true });
});

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(workspace, file)), { recursive: true });
  await writeFile(join(workspace, file), content);
}

function imports(names: readonly string[]): string {
  return names
    .map((name, index) => `import * as import${index} from '${name}';\nvoid import${index};\n`)
    .join('');
}

/** As pnpm links the packages of a workspace, with the exports of ours. */
async function linkPackage(folder: string): Promise<void> {
  const name = `@mts/${folder.split('/').at(-1)}`;
  const entry = { '@mts/source': './src/index.ts', default: './dist/index.js' };
  const exports = { '.': entry, './*': './src/*' };
  await write(`${folder}/package.json`, JSON.stringify({ name, type: 'module', exports }));
  await mkdir(join(workspace, 'node_modules/@mts'), { recursive: true });
  await symlink(join(workspace, folder), join(workspace, 'node_modules', name));
}

/** The names of the rules that the workspace breaks. */
async function brokenRules(): Promise<string[]> {
  const command = join(root, 'node_modules/.bin/depcruise');
  const config = join(root, '.dependency-cruiser.cjs');
  const argv = ['--config', config, '--output-type', 'json', 'apps', 'libs', 'e2e'];
  const { stdout } = await promisify(execFile)(command, argv, { cwd: workspace, maxBuffer: 64e6 });
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map(({ rule }) => rule.name))];
}

it('accepts a workspace in which all imports go downwards', async () => {
  expect(await brokenRules()).toEqual([]);
});

it.each(VIOLATIONS)('%s: refuses that %s imports %s', async (rule, file, imported) => {
  await write(file, imports([...(CLEAN[file] ?? []), imported]));
  expect(await brokenRules()).toEqual([rule]);
});

it('has a planted violation for every rule', async () => {
  const config = (await import(join(root, '.dependency-cruiser.cjs'))) as {
    default: { forbidden: { name: string }[] };
  };
  const planted = new Set(VIOLATIONS.map(([rule]) => rule));
  expect(planted).toEqual(new Set(config.default.forbidden.map(({ name }) => name)));
});
