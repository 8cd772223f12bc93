import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLogger } from '@mts/platform';
import { IDA_VECTOR_PASSWORD, idaVectorPath } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { newPartnerFile } from '../spec-support/partner-file.js';
import { partnerKey } from './keys.js';

let folder: string;
let file: string;
let logLines: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-partner-'));
  file = join(folder, 'partner.p12');
  await copyFile(idaVectorPath('keys/partner-modern-aes256.p12'), file);
  logLines = [];
});
afterEach(async () => rm(folder, { recursive: true }));

async function open(): ReturnType<typeof partnerKey> {
  const logger = createLogger({ app: 'spec', level: 'info', write: (line) => logLines.push(line) });
  return partnerKey({ idaPartnerP12File: file, idaPartnerP12Password: IDA_VECTOR_PASSWORD }, logger, 0);
}

describe('the partner key', () => {
  it('is another one once its file is replaced, and the log tells which, without the password', async () => {
    const key = await open();
    const before = await key.current();
    await writeFile(file, newPartnerFile(IDA_VECTOR_PASSWORD));
    const after = await key.current();
    expect(after.certificate.fingerprint256).not.toBe(before.certificate.fingerprint256);
    expect(logLines).toHaveLength(1);
    expect(logLines[0]).toContain('another partner key is in use from now on');
    expect(logLines[0]).toContain(after.certificate.fingerprint256);
    expect(logLines[0]).not.toContain(IDA_VECTOR_PASSWORD);
  });

  it('stays when the file that replaces it cannot be opened, and the log says why, without the password', async () => {
    const key = await open();
    const before = await key.current();
    await writeFile(file, newPartnerFile('another password'));
    expect(await key.current()).toBe(before);
    expect(logLines).toHaveLength(1);
    expect(logLines[0]).toContain('the new partner key cannot be used, the old one stays');
    expect(logLines[0]).not.toMatch(/another password/);
    expect(logLines[0]).not.toContain(IDA_VECTOR_PASSWORD);
  });
});
