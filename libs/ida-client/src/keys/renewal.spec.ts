import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verify, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdaClientOptions } from '../options.js';
import { forgedKey, pkcs12Of } from '../spec-support/forged-keys.js';
import {
  failing,
  matched,
  type ReceivedCall,
  type Reply,
  StubIda,
  thumbprintOf,
  TOKEN,
} from '../spec-support/stub-ida.js';
import { faultOf, PERSON, summary, testClient } from '../spec-support/test-client.js';
import { certificate, P12_PASSWORD } from '../spec-support/test-keys.js';
import { giving, WebServer } from '../spec-support/web-server.js';
import type { IdaClient } from '../client.js';
import { type IdaCertificateSource, openIdaCertificate, openPartnerKey } from './index.js';

const successor = forgedKey();
const MATCHED = { kind: 'matched', token: TOKEN } as const;

let ida: StubIda;
let web: WebServer;
let folder: string;
const clients: IdaClient[] = [];

beforeEach(async () => {
  ida = await StubIda.start();
  ida.keys.set(thumbprintOf(successor.certificate), successor.privateKey);
  web = await WebServer.start(giving(successor.certificate.toString()));
  folder = mkdtempSync(join(tmpdir(), 'mts-renewal-'));
  writeFileSync(join(folder, 'ida.cer'), certificate('ida-partner').raw);
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await ida.stop();
  await web.stop();
  rmSync(folder, { recursive: true });
});

function clientOf(options: Partial<IdaClientOptions>): IdaClient {
  const client = testClient(ida.authUrl, options);
  clients.push(client);
  return client;
}

const fileAndUrl = (): Promise<IdaCertificateSource> =>
  openIdaCertificate({ file: join(folder, 'ida.cer'), url: `http://${web.host}/ida.cer` });

/** As IDA is after its key was replaced and the old one is gone. */
const onlyUnderTheNewKey =
  (code: string): Reply =>
  (call, response) => {
    const isNew = call.outer['thumbprint'] === thumbprintOf(successor.certificate);
    (isNew ? matched() : failing('IDA-MLC-007', code))(call, response);
  };

describe('a call that IDA cannot read', () => {
  it.each(['IDA-MPA-003', 'IDA-MPA-004'])(
    'for %s is sent once more, under the certificate that is got again',
    async (code) => {
      ida.reply = onlyUnderTheNewKey(code);
      const sent: string[] = [];
      const client = clientOf({ idaCertificate: await fileAndUrl() });
      await expect(
        client.authenticate(PERSON, { onSend: ({ transactionId }) => sent.push(transactionId) }),
      ).resolves.toEqual(MATCHED);
      expect(sent).toEqual(ida.calls.map(({ outer }) => outer['transactionID']));
      expect(ida.calls).toHaveLength(2);
      await expect(client.authenticate(PERSON)).resolves.toEqual(MATCHED);
      expect(ida.calls, 'the next call uses it at once').toHaveLength(3);
      expect(web.asked).toHaveLength(1);
    },
  );

  it('shares one download with all others that are refused at once', async () => {
    ida.reply = onlyUnderTheNewKey('IDA-MPA-003');
    const client = clientOf({ idaCertificate: await fileAndUrl() });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => client.authenticate(PERSON)));
    expect(outcomes).toEqual(outcomes.map(() => MATCHED));
    expect(web.asked).toHaveLength(1);
    expect(ida.calls).toHaveLength(40);
  });

  it('is just sent again when another call brought the new certificate meanwhile', async () => {
    const held: (() => void)[] = [];
    const late = new Promise<void>((resolve) => {
      ida.reply = (call, response) => {
        held.push(() => onlyUnderTheNewKey('IDA-MPA-003')(call, response));
        resolve();
      };
    });
    const client = clientOf({ idaCertificate: await fileAndUrl() });
    const slow = client.authenticate(PERSON);
    await late;
    ida.reply = onlyUnderTheNewKey('IDA-MPA-003');
    await expect(client.authenticate(PERSON)).resolves.toEqual(MATCHED);
    web.answer = giving('', 503);
    for (const release of held) release();
    await expect(slow).resolves.toEqual(MATCHED);
    expect(web.asked).toHaveLength(1);
  });

  it('is not sent again when the certificate is the same, plain or got again', async () => {
    web.answer = giving(certificate('ida-partner').toString());
    ida.reply = failing('IDA-MLC-007', 'IDA-MPA-003');
    for (const idaCertificate of [await fileAndUrl(), certificate('ida-partner')]) {
      ida.calls.length = 0;
      const fault = await faultOf(clientOf({ idaCertificate }).authenticate(PERSON));
      expect(summary(fault)).toBe('IDA-MPA-003 configuration profile not-asked');
      expect(fault.message).toBe('IDA: Unable to decrypt Request');
      expect(ida.calls).toHaveLength(1);
    }
    expect(web.asked).toHaveLength(1);
  });

  it.each(['IDA-MPA-001', 'IDA-MPA-016', 'IDA-MLC-007', 'IDA-MLC-020', 'IDA-MLC-018', 'IDA-DEA-001'])(
    'is not what IDA refuses with %s: nothing is got again or sent again',
    async (code) => {
      ida.reply = failing(code);
      const client = clientOf({ idaCertificate: await fileAndUrl() });
      await Promise.allSettled([client.authenticate(PERSON)]);
      expect(ida.calls).toHaveLength(1);
      expect(web.asked).toEqual([]);
    },
  );

  it('says that another certificate cannot be had, and why', async () => {
    web.answer = giving('', 404);
    ida.reply = failing('IDA-MPA-003');
    const fault = await faultOf(clientOf({ idaCertificate: await fileAndUrl() }).authenticate(PERSON));
    expect(summary(fault)).toBe('IDA-MPA-003 configuration profile not-asked');
    expect(fault.message).toBe(
      'IDA: Unable to decrypt Request. Another certificate cannot be had: ' +
        `${web.host} gave no certificate of IDA: HTTP 404`,
    );
    expect(ida.calls).toHaveLength(1);
  });

  it.each<[string, string, string]>([
    ['its time and then its key', 'IDA-MLC-001', 'IDA-MPA-003'],
    ['its key and then its time', 'IDA-MPA-003', 'IDA-MLC-001'],
    ['its key twice', 'IDA-MPA-004', 'IDA-MPA-004'],
  ])('is not sent a third time when IDA refuses %s', async (_case, ...codes) => {
    ida.reply = (call, response) => failing(codes[ida.calls.length - 1] ?? '')(call, response);
    const fault = await faultOf(clientOf({ idaCertificate: await fileAndUrl() }).authenticate(PERSON));
    expect(fault).toMatchObject({ code: codes[1], effect: 'not-asked' });
    expect(ida.calls).toHaveLength(2);
  });
});

/** The certificate that the call was signed with, if its signature is good. */
function signerOf({ headers, body }: ReceivedCall): Buffer | undefined {
  const [header = '', , signature = ''] = String(headers['signature']).split('.');
  const { x5c } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { x5c: [string] };
  const signer = new X509Certificate(Buffer.from(x5c[0], 'base64'));
  const input = Buffer.from(`${header}.${body.toString('base64url')}`);
  const isSigned = verify('sha256', input, signer.publicKey, Buffer.from(signature, 'base64url'));
  return isSigned ? signer.raw : undefined;
}

describe('a partner key that is replaced', () => {
  it('signs the next call, while one under way ends with the old one', async () => {
    const file = join(folder, 'partner.p12');
    const old = forgedKey();
    writeFileSync(file, pkcs12Of(old, P12_PASSWORD));
    const partnerKey = await openPartnerKey({ file, password: P12_PASSWORD, lookEveryMs: 0 });
    const client = clientOf({ partnerKey });
    let answer: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      ida.reply = (call, response) => {
        answer = () => matched()(call, response);
        resolve();
      };
    });
    const underWay = client.authenticate(PERSON);
    await arrived;
    writeFileSync(file, pkcs12Of(successor, P12_PASSWORD));
    ida.reply = matched();
    await expect(client.authenticate(PERSON)).resolves.toEqual(MATCHED);
    answer?.();
    await expect(underWay).resolves.toEqual(MATCHED);
    expect(ida.calls.map(signerOf)).toEqual([old.certificate.raw, successor.certificate.raw]);
  });
});

describe('a source of keys that has none', () => {
  it('fails the call before anybody is asked, and tells its reason if that is made to be told', async () => {
    const broken: IdaCertificateSource = {
      current: () => {
        throw new Error('Emana LICENCE+secret/0001');
      },
      renew: () => Promise.resolve('same'),
    };
    const silent = clientOf({ idaCertificate: broken });
    const fault = await faultOf(silent.authenticate(PERSON));
    expect(summary(fault)).toBe('MTS-IDA-109 configuration profile not-asked');
    expect(fault.message).toBe('a call to IDA cannot be sealed and signed: a key is missing');
    const short = forgedKey({ lengthBits: 1024 }).certificate;
    const source = { current: () => short, renew: () => Promise.resolve('same' as const) };
    const useless = await faultOf(clientOf({ idaCertificate: source }).authenticate(PERSON));
    expect(useless.message).toContain('(The IDA certificate has no RSA key of 2048 bits or more');
    await expect(clientOf({ idaCertificate: source }).preflight()).resolves.toMatchObject({
      ok: false,
      code: 'MTS-IDA-109',
    });
    expect(ida.calls).toHaveLength(0);
  });

  it('is refused at once where a key is given as such', () => {
    const short = forgedKey({ lengthBits: 1024 });
    expect(() => clientOf({ idaCertificate: short.certificate })).toThrow(/no RSA key of 2048 bits/);
    expect(() => clientOf({ partnerKey: { ...short, chain: [] } })).toThrow(/must be RSA of 2048 bits/);
  });
});
