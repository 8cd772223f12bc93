import { X509Certificate, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { detachedJws, headerOf, sealed } from '../test/envelope.js';
import { openP12 } from '../test/p12.js';
import { disclosedIn, disclosedInBlob, type KycResponse } from '../test/services.js';
import { provision, startSimulator, type Person, type ProfileName } from './index.js';

const PERSON: Person = {
  uin: '7405214302',
  vids: [],
  identity: {
    fullName: [{ language: 'eng', value: 'Emana Sar Test' }],
    dateOfBirth: '1976/01/01',
    phone: '8360334018',
    email: 'emana@example.test',
  },
  biometrics: { Face: 'cGhvdG8' },
};

interface Answer {
  readonly errors: unknown;
  readonly response: unknown;
}

/** A relying party that knows nothing but the files that `provision` made. */
interface Services {
  readonly privateKey: KeyObject;
  readonly sentOtp: () => Promise<string>;
  readonly ask: (service: string, fields: object, block?: object) => Promise<Answer>;
}

async function start(version: ProfileName): Promise<Services> {
  const directory = await mkdtemp(join(tmpdir(), 'simulator-services-'));
  const population = join(directory, 'population.ndjson');
  await writeFile(population, `${JSON.stringify(PERSON)}\n`);
  const dir = join(directory, 'pki');
  const { relyingParty: party, partnerP12, idaPartnerCertificate } = await provision(dir);
  const policy = { allowedKycAttributes: ['photo', 'fullName'] };
  const simulator = await startSimulator({ dir, population, port: 0, version, policy });
  onTestFinished(async () => {
    await simulator.close();
    await rm(directory, { recursive: true });
  });
  const { certificate, privateKey } = openP12(await readFile(partnerP12), party.p12Password);
  const ida = new X509Certificate(await readFile(idaPartnerCertificate));
  const path = `${party.mispLicenceKey}/${party.partnerId}/${party.apiKey}`;
  const post = async (
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<unknown> => (await fetch(simulator.url + url, { method: 'POST', headers, body })).json();
  const ids = { individualId: PERSON.uin, transactionID: '1234567890' };
  return {
    privateKey,
    sentOtp: async () => {
      const { otp } = (await post('/admin/otp/query', {}, JSON.stringify(ids))) as { readonly otp: string };
      return otp;
    },
    ask: async (service, fields, block) => {
      const time = new Date().toISOString();
      const envelope = block && sealed(JSON.stringify({ timestamp: time, ...block }), ida);
      const message = { id: `mosip.identity.${service}`, version: '1.0', requestTime: time, ...ids };
      const body = JSON.stringify({ ...message, consentObtained: true, ...envelope, ...fields });
      const signature = detachedJws(headerOf(certificate), body, privateKey);
      const headers = { authorization: 'Authorization', signature };
      return (await post(`/idauthentication/v1/${service}/${path}`, headers, body)) as Answer;
    },
  };
}

it.each<ProfileName>(['1.1.5', '1.2.0', '1.2.0.1', '1.2.1', '1.3.0'])(
  'the sample relying party gets an OTP sent by %s, and with it what eKYC discloses',
  async (version) => {
    const { ask, sentOtp, privateKey } = await start(version);
    const sent = await ask('otp', { otpChannel: ['email'] });
    expect(sent).toMatchObject({ errors: null, response: { maskedEmail: 'XXaXX@example.test' } });
    const requestedAuth = { demo: false, otp: true };
    const { errors, response } = await ask('kyc', { requestedAuth }, { otp: await sentOtp() });
    expect({ errors, response }).toMatchObject({ errors: null, response: { kycStatus: true } });
    const open = version === '1.1.5' ? disclosedInBlob : disclosedIn;
    expect(await open(response as KycResponse, privateKey)).toEqual({
      name_eng: 'Emana Sar Test',
      [version === '1.1.5' ? 'Face' : 'photo']: 'cGhvdG8',
    });
  },
);
