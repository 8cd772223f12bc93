import { createPublicKey, verify } from 'node:crypto';

import { idaVector, idaVectorNames } from '@mts/testing';
import { describe, expect, it } from 'vitest';

import { EMANA, key, startVectorIda } from '../test/vector-ida.js';
import { decryptSessionKey, decryptWithSessionKey, thumbprintBytes } from './crypto/envelope.js';
import { decodeBase64Url } from './crypto/java-base64.js';

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
  const thumbprint = thumbprintBytes(envelope.thumbprint) ?? Buffer.alloc(0);
  const privateKey = await key('ida-partner');
  const sessionKey =
    decryptSessionKey({ privateKey, thumbprint }, bytes('requestSessionKey')) ?? Buffer.alloc(32);
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
