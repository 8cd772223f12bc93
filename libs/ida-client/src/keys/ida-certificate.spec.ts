import type { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgedKey } from '../spec-support/forged-keys.js';
import { StubIda } from '../spec-support/stub-ida.js';
import { certificate, dataFile } from '../spec-support/test-keys.js';
import { giving, WebServer } from '../spec-support/web-server.js';
import { DOWNLOAD_LIMIT_BYTES } from './download.js';
import {
  type IdaCertificateOptions,
  type IdaCertificateSource,
  KeySourceError,
  openIdaCertificate,
} from './index.js';

const first = certificate('ida-partner');
const second = forgedKey().certificate;

let web: WebServer;
let folder: string;
let file: string;
let problems: string[];
let renewed: X509Certificate[];
let nowMs: number;

beforeEach(async () => {
  web = await WebServer.start(giving(first.toString()));
  folder = mkdtempSync(join(tmpdir(), 'mts-certificate-'));
  file = join(folder, 'ida-partner.cer');
  writeFileSync(file, first.raw);
  problems = [];
  renewed = [];
  nowMs = Date.parse('2030-01-01T00:00:00Z');
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  await web.stop();
});

const url = (): string => `http://${web.host}/secret-path/ida-partner.cer?token=secret-token`;

const open = (options: IdaCertificateOptions): Promise<IdaCertificateSource> =>
  openIdaCertificate({
    clock: () => nowMs,
    onProblem: ({ message }) => problems.push(message),
    onRenewed: (each) => renewed.push(each),
    ...options,
  });

/** The error, without a word that is secret in what it shows. */
async function problemOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error('No problem'),
    (problem: unknown) => problem,
  );
  if (!(error instanceof KeySourceError)) throw error;
  const shown = inspect(error, { depth: 9, showHidden: true });
  if (/secret/.test(shown) || 'cause' in error) throw new Error(`The problem shows too much: ${shown}`);
  return error.message;
}

describe('the first certificate', () => {
  it('comes from the file, though there is a URL too', async () => {
    web.answer = giving(second.toString());
    const source = await open({ file, url: url() });
    expect((await source.current()).raw).toEqual(first.raw);
    expect(web.asked).toEqual([]);
  });

  it.each([
    ['PEM', () => first.toString()],
    ['DER', () => first.raw],
  ])('comes from the URL, as %s, where there is no file', async (_form, body) => {
    web.answer = giving(body());
    const source = await open({ url: url() });
    expect((await source.current()).raw).toEqual(first.raw);
    expect(web.asked).toEqual(['/secret-path/ida-partner.cer?token=secret-token']);
  });

  it('of a file may be past its dates: IDA goes on reading under old keys', async () => {
    nowMs = Date.parse('2050-01-01T00:00:00Z');
    expect((await (await open({ file })).current()).raw).toEqual(first.raw);
  });

  it.each([
    ['missing', '/nowhere/ida.cer', /^\/nowhere\/ida\.cer cannot be read \(ENOENT\)$/],
    ['no certificate', dataFile('ids.json'), /does not serve: The file holds no X\.509 certificate/],
  ])('of a file that is %s is refused with the reason', async (_case, path, text) => {
    expect(await problemOf(open({ file: path }))).toMatch(text);
  });

  it('must come from somewhere', async () => {
    await expect(open({})).rejects.toThrow('file or url must be given');
  });

  it.each(['http://ida.example/ida.cer', 'ftp://127.0.0.1/ida.cer', 'ida.cer', 'http://127.0.0.1.example/x'])(
    'does not come from %s, which others could change on its way',
    async (unsafe) => {
      await expect(open({ url: unsafe })).rejects.toThrow('url must be an https URL, or http on loopback');
    },
  );

  it.each([
    'https://user:secret@ida.example/ida.cer',
    'https://secret@ida.example/',
    'https://ida.example/#secret',
  ])('does not come from a URL with more than an address', async (wrong) => {
    const error: unknown = await open({ url: wrong }).catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error)).toContain('url must have no user, password or fragment');
    expect(inspect(error)).not.toMatch(/secret/);
  });
});

describe('a download', () => {
  const page = 'x'.repeat(DOWNLOAD_LIMIT_BYTES + 1);
  it.each<[string, RequestListener, RegExp]>([
    ['that is redirected', giving('', 302, { location: '/elsewhere' }), /: HTTP 302$/],
    ['that is not found', giving(first.toString(), 404), /: HTTP 404$/],
    ['of a page', giving('<html>'), /holds no X\.509 certificate/],
    ['of too much', giving(page), /: more than 65536 bytes$/],
    ['of too much with an error', giving(page, 500), /: more than 65536 bytes$/],
    ['that is broken off', (_request, response) => void response.socket?.destroy(), /: broken off \(\w+\)$/],
    ['without an answer', () => undefined, /: nothing whole within 50 ms$/],
    [
      'without an end',
      (_request, response) => void response.writeHead(200).write('-----BEGIN'),
      /: nothing whole within 50 ms$/,
    ],
    [
      'of a short key',
      giving(forgedKey({ lengthBits: 1024 }).certificate.toString()),
      /no RSA key of 2048 bits or more/,
    ],
    [
      'of a certificate that is over',
      giving(forgedKey({ validTo: new Date('2029-12-31') }).certificate.toString()),
      /is valid from Jan {2}1 .* to Dec 31 00:00:00 2029 GMT, not now$/,
    ],
    [
      'of a certificate that is yet to come',
      giving(forgedKey({ validFrom: new Date('2030-01-02') }).certificate.toString()),
      /not now$/,
    ],
  ])('%s is no certificate, and the reason names the host alone', async (_case, answer, text) => {
    web.answer = answer;
    const timeoutMs = text.source.includes('50 ms') ? 50 : 10_000;
    const problem = await problemOf(open({ url: url(), timeoutMs }));
    expect(problem).toMatch(text);
    expect(problem).toMatch(new RegExp(`^${web.host} `));
    expect(web.asked).toHaveLength(1);
  });

  it('from a host that nobody trusts is no certificate', async () => {
    const untrusted = await StubIda.start(undefined, 'https');
    expect(await problemOf(open({ url: `https://${untrusted.host}/secret` }))).toMatch(
      /: broken off \(\w*CERT\w*\)$/,
    );
    expect(untrusted.calls).toEqual([]);
    await untrusted.stop();
  });

  it('has a limit of time that is one', async () => {
    await expect(open({ url: url(), timeoutMs: 0 })).rejects.toThrow(/^timeoutMs must be/);
  });
});

describe('a certificate that is got again', () => {
  it('comes from the URL, and is told', async () => {
    const source = await open({ file, url: url() });
    web.answer = giving(second.toString());
    await expect(source.renew()).resolves.toBe('changed');
    expect((await source.current()).raw).toEqual(second.raw);
    expect(renewed.map(({ raw }) => raw)).toEqual([second.raw]);
  });

  it('comes from the file where there is no URL', async () => {
    const source = await open({ file });
    await expect(source.renew()).resolves.toBe('same');
    writeFileSync(file, second.toString());
    await expect(source.renew(), 'at once').resolves.toBe('same');
    nowMs += 1_000;
    await expect(source.renew()).resolves.toBe('changed');
    expect((await source.current()).raw).toEqual(second.raw);
  });

  it('is downloaded once for all who ask at once', async () => {
    const source = await open({ file, url: url() });
    web.answer = giving(second.toString());
    const renewals = await Promise.all(Array.from({ length: 10 }, () => source.renew()));
    expect(new Set(renewals)).toEqual(new Set(['changed']));
    expect(web.asked).toHaveLength(1);
  });

  it('is not got more than once in half a minute while nothing changes', async () => {
    const source = await open({ file, url: url() });
    await expect(source.renew()).resolves.toBe('same');
    web.answer = giving(second.toString());
    nowMs += 29_999;
    await expect(source.renew()).resolves.toBe('same');
    expect(web.asked).toHaveLength(1);
    nowMs += 1;
    await expect(source.renew()).resolves.toBe('changed');
    web.answer = giving(first.toString());
    await expect(source.renew(), 'a change may follow a change').resolves.toBe('changed');
    expect((await source.current()).raw).toEqual(first.raw);
    expect(renewed.map(({ raw }) => raw)).toEqual([second.raw, first.raw]);
  });

  it('is got again when the clock was set back', async () => {
    const source = await open({ file, url: url() });
    await source.renew();
    nowMs -= 60_000;
    await source.renew();
    expect(web.asked).toHaveLength(2);
  });

  it('in vain leaves the old one, says why, and says the same without asking for a while', async () => {
    const source = await open({ file, url: url() });
    web.answer = giving('', 503);
    const problem = await problemOf(source.renew());
    expect(problem).toBe(`${web.host} gave no certificate of IDA: HTTP 503`);
    expect(await problemOf(source.renew())).toBe(problem);
    expect(web.asked).toHaveLength(1);
    expect(problems).toEqual([problem]);
    expect((await source.current()).raw).toEqual(first.raw);
  });

  it('is so before it is used, when its dates are over', async () => {
    const ending = forgedKey({ validTo: new Date('2030-01-02') }).certificate;
    web.answer = giving(ending.toString());
    const source = await open({ url: url() });
    web.answer = giving(second.toString());
    expect((await source.current()).raw).toEqual(ending.raw);
    nowMs = Date.parse('2030-01-02T00:00:01Z');
    expect((await source.current()).raw).toEqual(second.raw);
    expect(web.asked).toHaveLength(2);
  });

  it('is used past its dates when there is no other: IDA decides', async () => {
    const source = await open({ file, url: url() });
    web.answer = giving('', 503);
    nowMs = Date.parse('2050-01-01T00:00:00Z');
    expect((await source.current()).raw).toEqual(first.raw);
    expect((await source.current()).raw).toEqual(first.raw);
    expect(web.asked).toHaveLength(1);
    expect(problems).toHaveLength(1);
  });
});
