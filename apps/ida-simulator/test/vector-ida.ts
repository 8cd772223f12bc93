import { createHash, createPrivateKey, X509Certificate, type JsonWebKey, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { idaVector, idaVectorPath } from '@mts/testing';
import { onTestFinished } from 'vitest';

import type { Devices } from '../src/biometrics/devices.js';
import { AnswerSigner } from '../src/crypto/answer-signature.js';
import { DecryptionKeys } from '../src/crypto/decryption-keys.js';
import { RequestSignatureVerifier } from '../src/crypto/request-signature.js';
import { TrustStore } from '../src/crypto/trust.js';
import { OtpDesk } from '../src/otp/otp-desk.js';
import { RecentCalls } from '../src/otp/recent-calls.js';
import type { Person } from '../src/population/person.js';
import { Population } from '../src/population/population.js';
import type { Ida } from '../src/service/call.js';
import { PROFILES, type Profile, type ProfileName } from '../src/service/profiles.js';
import type { Registration } from '../src/service/registration.js';
import { SAMPLE_SETTINGS, type Settings } from '../src/service/settings.js';
import { NO_STEERING } from '../src/service/steering.js';
import { listen } from '../src/simulator.js';

/** The person that the vectors speak of. */
export const EMANA: Person = {
  uin: '7405214302',
  vids: [
    { vid: '7465075291703420', type: 'perpetual' },
    { vid: '9830872690593682', type: 'one-time' },
  ],
  identity: {
    fullName: [{ language: 'eng', value: 'Emana Sar Test' }],
    gender: [{ language: 'eng', value: 'Male' }],
    dateOfBirth: '1976/01/01',
    phone: '8360334018',
    email: 'emana@example.test',
    addressLine1: [{ language: 'eng', value: 'Bangalore' }],
    addressLine2: [{ language: 'eng', value: 'Electronics City' }],
    city: [{ language: 'eng', value: 'Bengaluru' }],
    region: [{ language: 'eng', value: 'Karnataka' }],
    postalCode: '560016',
  },
};

export interface VectorIda {
  readonly url: string;
  /** Posts a body as it stands and returns what came, with the body as text. */
  readonly post: (path: string, headers: Readonly<Record<string, string>>, body: string) => Promise<Posted>;
}

export interface Posted {
  readonly status: number;
  readonly signature: string | null;
  readonly text: string;
  readonly json: AnswerJson;
}

export interface AnswerJson {
  readonly transactionID: string | null;
  readonly errors: readonly { readonly errorCode: string; readonly errorMessage: string }[] | null;
  readonly responseTime: string;
  readonly response: { readonly authStatus: boolean; readonly authToken: string | null };
}

export interface Overrides {
  readonly now: Date;
  readonly people?: readonly Person[];
  readonly settings?: Partial<Settings>;
  readonly registration?: (registration: Registration) => Registration;
  /** Default: 1.2.0.1. */
  readonly version?: ProfileName;
  readonly profile?: Partial<Profile>;
  /** Default: none is registered. */
  readonly devices?: Devices;
}

/** IDA as the vectors take it: their keys, their relying party, their salts. It ends with the test. */
export async function startVectorIda(overrides: Overrides): Promise<VectorIda> {
  const ida = await vectorIda(overrides);
  const options = {
    ida,
    signer: new AnswerSigner(
      { privateKey: await key('ida-sign'), certificate: await certificate('ida-sign') },
      ida.profile.answerKeyId,
    ),
    clock: () => overrides.now,
    onDefect: (error: unknown) => {
      throw error;
    },
  };
  const { url, close } = await listen(options, 0);
  onTestFinished(close);
  return {
    url,
    post: async (path, headers, body) => posted(await fetch(url + path, { method: 'POST', headers, body })),
  };
}

/** The same without its server. */
export async function vectorIda(overrides: Omit<Overrides, 'now'>): Promise<Ida> {
  const { uinSalt, partnerCodeSalt, length } = idaVector('tokens');
  const profile = { ...PROFILES[overrides.version ?? '1.2.0.1'], ...overrides.profile };
  const registration = await vectorRegistration();
  return {
    profile,
    settings: {
      ...SAMPLE_SETTINGS,
      domainUris: ['https://ida.test.invalid'],
      tokens: { uinSalt, partnerCodeSalt, length },
      ...overrides.settings,
    },
    registration: overrides.registration?.(registration) ?? registration,
    decryptionKeys: new DecryptionKeys({
      privateKey: await key('ida-partner'),
      certificate: await certificate('ida-partner'),
    }),
    signatures: new RequestSignatureVerifier(
      new TrustStore([await certificate('ca-root'), await certificate('ca-inter')]),
      profile.requestSignature,
    ),
    population: await populationOf(overrides.people ?? [EMANA]),
    steering: NO_STEERING,
    otps: new OtpDesk(),
    recentCalls: new RecentCalls(),
    ...(overrides.devices === undefined ? {} : { devices: overrides.devices }),
  };
}

async function populationOf(people: readonly Person[]): Promise<Population> {
  const directory = await mkdtemp(join(tmpdir(), 'vector-ida-'));
  const path = join(directory, 'population.ndjson');
  await writeFile(path, people.map((person) => `${JSON.stringify(person)}\n`).join(''));
  const population = await Population.load(path);
  onTestFinished(async () => {
    population.close();
    await rm(directory, { recursive: true });
  });
  return population;
}

async function vectorRegistration(): Promise<Registration> {
  const period = { from: new Date('2020-01-01T00:00:00Z'), to: new Date('2040-01-01T00:00:00Z') };
  return {
    partner: {
      id: 'test-partner-01',
      status: 'ACTIVE',
      isBlocked: false,
      certificateSha256: sha256(await certificate('partner')),
    },
    apiKey: { key: 'TEST_API_KEY_0001', status: 'ACTIVE', period },
    misp: { licenceKey: 'TEST_MISP_LK_0001', status: 'ACTIVE', period },
    policy: {
      id: 'policy-123',
      status: 'ACTIVE',
      period,
      allowedFactors: ['demo'],
      mandatoryFactors: [],
      authTokenType: 'partner',
      allowedKycAttributes: [],
      kycLanguages: [],
    },
  };
}

export function sha256(x509: X509Certificate): string {
  return createHash('sha256').update(x509.raw).digest('hex').toUpperCase();
}

export async function certificate(name: string): Promise<X509Certificate> {
  return new X509Certificate(await readFile(idaVectorPath(`keys/${name}.crt.pem`)));
}

export async function key(name: string): Promise<KeyObject> {
  const jwk = JSON.parse(await readFile(idaVectorPath(`keys/${name}.key.jwk.json`), 'utf8')) as JsonWebKey;
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

async function posted(response: Response): Promise<Posted> {
  const text = await response.text();
  return {
    status: response.status,
    signature: response.headers.get('response-signature'),
    text,
    json: JSON.parse(text) as AnswerJson,
  };
}
