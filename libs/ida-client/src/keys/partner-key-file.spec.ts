import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PartnerKey } from '@mts/crypto';
import { forgedKey, pkcs12Of } from '../spec-support/forged-keys.js';
import { certificate, dataFile, P12_PASSWORD } from '../spec-support/test-keys.js';
import { KeySourceError, openPartnerKey, type PartnerKeyOptions, type PartnerKeySource } from './index.js';

const FIRST = readFileSync(dataFile('keys/partner-modern-aes256.p12'));
const successor = forgedKey();
const SECOND = pkcs12Of(successor, P12_PASSWORD);

/** The file of another key that has the same size. */
function twinOf(file: Buffer): Buffer {
  let twin: Buffer;
  do twin = pkcs12Of(forgedKey(), P12_PASSWORD);
  while (twin.length !== file.length);
  return twin;
}

let folder: string;
let file: string;
let problems: KeySourceError[];
let renewed: PartnerKey[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mts-key-'));
  file = join(folder, 'partner.p12');
  writeFileSync(file, FIRST);
  problems = [];
  renewed = [];
});

afterEach(() => rmSync(folder, { recursive: true }));

const open = (options: Partial<PartnerKeyOptions> = {}): Promise<PartnerKeySource> =>
  openPartnerKey({
    file,
    password: P12_PASSWORD,
    lookEveryMs: 0,
    onProblem: (problem) => problems.push(problem),
    onRenewed: (key) => renewed.push(key),
    ...options,
  });

async function subjectOf(source: PartnerKeySource): Promise<'first' | 'second' | 'another'> {
  const { raw } = (await source.current()).certificate;
  if (raw.equals(certificate('partner').raw)) return 'first';
  return raw.equals(successor.certificate.raw) ? 'second' : 'another';
}

describe('a partner key file', () => {
  it('is opened', async () => {
    await expect(subjectOf(await open())).resolves.toBe('first');
  });

  it.each<[string, () => Partial<PartnerKeyOptions>, RegExp]>([
    ['is missing', () => ({ file: join(folder, 'none.p12') }), /none\.p12 cannot be read \(ENOENT\)$/],
    ['is a folder', () => ({ file: folder }), /is not a file$/],
    ['is a device, which could be read without end', () => ({ file: '/dev/zero' }), /is not a file$/],
    ['has another password', () => ({ password: 'SECRET-pass' }), /does not open with this password/],
    ['is something else', () => ({ file: dataFile('keys/partner.crt.pem') }), /is no PKCS#12 file/],
    [
      'has a key too short to sign',
      () => {
        writeFileSync(file, pkcs12Of(forgedKey({ lengthBits: 1024 }), P12_PASSWORD));
        return {};
      },
      /must be RSA of 2048 bits or more/,
    ],
  ])('that %s is refused with what to do, and without the password', async (_case, options, text) => {
    const error: unknown = await open(options()).catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(KeySourceError);
    const shown = inspect(error, { depth: 9, showHidden: true });
    expect(shown).toMatch(new RegExp(`KeySourceError: .*${text.source.replace('$', '')}`));
    expect(shown).not.toMatch(/SECRET-pass|Test-Only-Passw0rd/);
    expect(error).not.toHaveProperty('cause');
  });

  it('refuses a pause that is none', async () => {
    await expect(open({ lookEveryMs: -1 })).rejects.toThrow(/^lookEveryMs must be/);
  });
});

describe('a partner key file that is replaced', () => {
  it('gives the new key, and tells it once to whoever watches', async () => {
    const source = await open();
    writeFileSync(join(folder, 'new'), SECOND);
    renameSync(join(folder, 'new'), file);
    const keys = await Promise.all([source.current(), source.current(), source.current()]);
    expect(keys.every((key) => key.certificate.raw.equals(successor.certificate.raw))).toBe(true);
    await expect(subjectOf(source)).resolves.toBe('second');
    expect(renewed.map(({ certificate: { raw } }) => raw)).toEqual([successor.certificate.raw]);
    expect(problems).toEqual([]);
  });

  it('is noticed behind symbolic links, as Kubernetes turns them, even with the same size and times', async () => {
    const twin = twinOf(SECOND);
    const time = new Date('2026-01-01');
    for (const [name, bytes] of [
      ['one', twin],
      ['two', SECOND],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'key.p12'), bytes);
      utimesSync(join(folder, name, 'key.p12'), time, time);
    }
    symlinkSync('one', join(folder, '..data'));
    symlinkSync('..data/key.p12', join(folder, 'mounted.p12'));
    const source = await open({ file: join(folder, 'mounted.p12') });
    await expect(subjectOf(source)).resolves.toBe('another');
    symlinkSync('two', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await expect(subjectOf(source)).resolves.toBe('second');
  });

  it('keeps the old key while the new file is half written, tells it once, and takes it when it is whole', async () => {
    const source = await open();
    for (const part of [SECOND.subarray(0, 100), SECOND.subarray(0, 200)]) {
      writeFileSync(file, part);
      await expect(subjectOf(source)).resolves.toBe('first');
      await expect(subjectOf(source)).resolves.toBe('first');
    }
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('is no PKCS#12 file')]);
    writeFileSync(file, SECOND);
    await expect(subjectOf(source)).resolves.toBe('second');
  });

  it('keeps the old key while there is no file, and tells it again when it goes a second time', async () => {
    const source = await open();
    for (let time = 0; time < 2; time += 1) {
      renameSync(file, join(folder, 'away'));
      await expect(subjectOf(source)).resolves.toBe('first');
      renameSync(join(folder, 'away'), file);
      await expect(subjectOf(source)).resolves.toBe('first');
    }
    expect(problems.map(({ message }) => message)).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining('cannot be read (ENOENT)') as string),
    );
    expect(renewed).toEqual([]);
  });

  it('keeps the old key when the new one cannot sign', async () => {
    const source = await open();
    writeFileSync(file, pkcs12Of(forgedKey({ lengthBits: 1024 }), P12_PASSWORD));
    await expect(subjectOf(source)).resolves.toBe('first');
    expect(problems).toHaveLength(1);
  });

  it('by the same key is no renewal', async () => {
    const source = await open();
    writeFileSync(file, FIRST);
    await expect(subjectOf(source)).resolves.toBe('first');
    expect(renewed).toEqual([]);
  });

  it('is not looked at for every call', async () => {
    const source = await open({ lookEveryMs: 600_000 });
    writeFileSync(file, SECOND);
    await expect(subjectOf(source)).resolves.toBe('first');
  });
});
