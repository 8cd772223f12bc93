import { createPublicKey, verify } from 'node:crypto';

import { idaVector, idaVectorNames } from '@mts/testing';
import { describe, expect, it } from 'vitest';

import { VERSIONS } from '../test/check-cases.js';
import { EMANA, key, startVectorIda, type VectorIda } from '../test/vector-ida.js';
import { decryptSessionKey, decryptWithSessionKey, thumbprintBytes } from './crypto/envelope.js';
import { decodeBase64Url } from './crypto/java-base64.js';
import type { ProfileName } from './service/profiles.js';

interface Envelope {
  readonly request: string;
  readonly requestHMAC: string;
  readonly requestSessionKey: string;
  readonly thumbprint: string;
  readonly requestTime: string;
  readonly transactionID: string;
}

/** What the envelope holds, by the code of the simulator. */
async function opened(body: string): Promise<{ readonly request: string; readonly hmac: string }> {
  const envelope = JSON.parse(body) as Envelope;
  const bytes = (field: keyof Envelope): Buffer => decodeBase64Url(envelope[field]) ?? Buffer.alloc(0);
  const privateKey = await key('ida-partner');
  const sessionKey = decryptSessionKey(privateKey, bytes('requestSessionKey')) ?? Buffer.alloc(32);
  return {
    request: String(decryptWithSessionKey(sessionKey, bytes('request'))),
    hmac: String(decryptWithSessionKey(sessionKey, bytes('requestHMAC'))),
  };
}

describe('requests of the original token seeder', () => {
  it.each(idaVectorNames('v'))('%s decrypts to what it was made from', async (name) => {
    const { body, expected } = idaVector(name);
    expect(await opened(body)).toEqual({
      request: expected.plaintext_request,
      hmac: expected.hmac_plaintext,
    });
    const { thumbprint } = JSON.parse(body) as Envelope;
    const hex = thumbprintBytes(thumbprint)?.toString('hex').toUpperCase();
    expect(hex).toBe(expected.ida_cert_sha256_hex_upper);
  });

  it.each(idaVectorNames('v'))('%s passes every check of the filter', async (name) => {
    const { url_path: path, headers, body } = idaVector(name);
    const { requestTime } = JSON.parse(body) as Envelope;
    // Some were made before the certificates of the vectors came into force; the filter looks at those dates only.
    const now = new Date(Math.max(Date.parse(requestTime), Date.parse('2026-11-22T01:00:00Z')));
    const ida = await startVectorIda({
      now,
      people: [],
      settings: { languages: ['eng', 'ara', 'fra', 'hin'] },
    });
    const { json } = await ida.post(path, headers, body);
    expect(json.errors?.map(({ errorCode }) => errorCode)).not.toContain('IDA-MLC-007');
  });

  it('v01 is answered with the token of its person', async () => {
    const { url_path: path, headers, body } = idaVector('v01');
    const { requestTime } = JSON.parse(body) as Envelope;
    const ida = await startVectorIda({ now: new Date(requestTime) });
    const { json } = await ida.post(path, headers, body);
    const { authToken } = idaVector('tokens').cases[0] ?? {};
    expect(json).toMatchObject({ errors: null, response: { authStatus: true, authToken } });
  });
});

describe('requests in the standard form', () => {
  it.each(idaVectorNames('s'))('%s decrypts, and is answered with the token of its person', async (name) => {
    const { url_path: path, headers, body, clock_now: now, expected } = idaVector(name);
    expect((await opened(body)).request).toBe(expected.plaintext_request);
    const ida = await startVectorIda({ now: new Date(now), people: [EMANA] });
    const { json } = await ida.post(path, headers, body);
    const { authToken } = idaVector('tokens').cases[0] ?? {};
    expect(json).toMatchObject({ errors: null, response: { authStatus: true, authToken } });
  });
});

describe('requests that IDA refuses', () => {
  it.each(idaVectorNames('n').map((name) => [name, idaVector(name).description] as const))(
    '%s: %s',
    async (name) => {
      const { url_path: path, headers, body, clock_now: now, expected } = idaVector(name);
      const ida = await startVectorIda({ now: new Date(now) });
      const { status, json } = await ida.post(path, headers, body);
      expect(status).toBe(200);
      expect(json.errors?.map(({ errorCode }) => errorCode)).toEqual(expected.errors);
      expect(json.response).toEqual({ authStatus: false, authToken: null });
      expect(json.errors?.at(-1)?.errorMessage).toContain(expected.message ?? '');
    },
  );
});

describe('versions of IDA', () => {
  it.each(idaVectorNames('v'))(
    '1.3.0 refuses %s, whose certificate has line feeds; the others let it through the filter',
    async (name) => {
      const message = JSON.parse(idaVector(name).body) as Envelope;
      const now = new Date(Math.max(Date.parse(message.requestTime), Date.parse('2026-11-22T01:00:00Z')));
      for (const version of VERSIONS) {
        const ida = await startVectorIda({ now, version, people: [] });
        const ofFilter = (await codesOf(ida, name)).filter((code) => /MLC-007|MPA|HTTP/.test(code));
        expect(ofFilter).toEqual(refusalOfOriginal(version, message));
      }
    },
  );

  it.each(idaVectorNames('s'))('%s is accepted, by 1.1.5 as far as it says what it wants', async (name) => {
    for (const version of VERSIONS) {
      const ida = await startVectorIda({ now: new Date(idaVector(name).clock_now), version });
      expect(await codesOf(ida, name)).toEqual(version === '1.1.5' ? ['HTTP 500'] : []);
    }
  });

  it.each(idaVectorNames('n'))('%s is refused by each in its own way', async (name) => {
    for (const version of VERSIONS) {
      const ida = await startVectorIda({ now: new Date(idaVector(name).clock_now), version });
      expect(await codesOf(ida, name)).toEqual(refusalBy(version, name));
    }
  });
});

function refusalOfOriginal(version: ProfileName, message: Envelope): readonly string[] {
  if (version === '1.1.5' && !('requestedAuth' in message)) return ['HTTP 500'];
  return version === '1.3.0' ? ['IDA-MLC-007', 'IDA-MPA-001'] : [];
}

/** None of these requests has `requestedAuth`, so 1.1.5 breaks down once it has let one through the envelope. */
function refusalBy(version: ProfileName, name: `n${number}`): readonly string[] {
  const { description, expected } = idaVector(name);
  const isOfCertificate = description.startsWith('trusted chain, but not the certificate registered');
  if (version === '1.1.5') {
    if (expected.stage === 'controller' || isOfCertificate) return ['HTTP 500'];
    const specific = expected.errors.filter((code) => code !== 'IDA-MLC-007');
    if (specific.length > 0) return specific;
    return description.includes('plain base64') ? ['IDA-MPA-001'] : ['IDA-MLC-007'];
  }
  const isOfEnvironment = description.startsWith('env not configured');
  return version === '1.2.0' && (isOfCertificate || isOfEnvironment) ? [] : expected.errors;
}

async function codesOf(ida: VectorIda, name: `${'v' | 's' | 'n'}${number}`): Promise<readonly string[]> {
  const { url_path: path, headers, body } = idaVector(name);
  const { status, json } = await ida.post(path, headers, body);
  return status === 200 ? (json.errors ?? []).map(({ errorCode }) => errorCode) : [`HTTP ${status}`];
}

describe('answers', () => {
  it('are signed over their exact bytes, in the form of the signed answers of the vectors', async () => {
    const { url_path: path, headers, body, clock_now: now } = idaVector('s01');
    const ida = await startVectorIda({ now: new Date(now) });
    const { text, signature } = await ida.post(path, headers, body);
    const [header = '', middle, bytes = ''] = signature?.split('.') ?? [];
    const sample = idaVector('r01').headers['response-signature'].split('.')[0] ?? '';
    expect(Buffer.from(header, 'base64url').toString()).toBe(Buffer.from(sample, 'base64url').toString());
    expect(middle).toBe('');
    const signed = `${header}.${Buffer.from(text).toString('base64url')}`;
    const publicKey = createPublicKey(await key('ida-sign'));
    expect(verify('sha256', Buffer.from(signed), publicKey, Buffer.from(bytes, 'base64url'))).toBe(true);
  });

  it('carry no key id before 1.2.0.1', async () => {
    const { url_path: path, headers, body, clock_now: now } = idaVector('s01');
    const names = await Promise.all(
      VERSIONS.slice(1).map(async (version) => {
        const ida = await startVectorIda({ now: new Date(now), version });
        const { signature } = await ida.post(path, headers, body);
        return fieldsOf(Buffer.from(signature?.split('.')[0] ?? '', 'base64url').toString());
      }),
    );
    const withoutKeyId = ['alg', 'x5c', 'x5t#S256'];
    const withKeyId = [...withoutKeyId, 'kid'];
    expect(names).toEqual([withoutKeyId, withKeyId, withKeyId, withKeyId]);
  });

  it('of a match have the fields of the vectors, in their order', async () => {
    const { url_path: path, headers, body, clock_now: now } = idaVector('s01');
    const ida = await startVectorIda({ now: new Date(now) });
    const { text } = await ida.post(path, headers, body);
    expect(fieldsOf(text)).toEqual(fieldsOf(idaVector('r01').body));
  });
});

function fieldsOf(json: string): readonly string[] {
  return Object.keys(JSON.parse(json) as object);
}
