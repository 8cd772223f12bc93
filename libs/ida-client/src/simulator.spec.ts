import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCertificate, readPkcs12 } from '@mts/crypto';
import { builtApp, type RunningApp, spawnApp } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdaClient } from './index.js';
import { PROFILE_NAMES } from './profiles.js';

const OTP = '314159';
const VID = '7465075291703420';
const OTHER_VID = '5783061263516531';
const EMANA = {
  uin: '6316046705',
  vids: [VID, OTHER_VID].map((vid) => ({ vid, type: 'perpetual' })),
  identity: {
    fullName: [
      { language: 'eng', value: 'Émana Sar' },
      { language: 'ara', value: 'إيمانا سار' },
    ],
    gender: [{ language: 'eng', value: 'Female' }],
    dateOfBirth: '1976/01/01',
    phone: '0799482294',
    email: 'emana@example.test',
  },
};
/** Asked by OTP alone: in 1.1.5 every call about a person counts against a flood of OTPs. */
const BAHA = {
  ...EMANA,
  uin: '3260318612',
  vids: [{ vid: '7160735413462580', type: 'perpetual' }],
};
const DEMOGRAPHICS = {
  // Decomposed, in capitals and the other way round: none of that may matter.
  name: [
    { language: 'eng', value: 'SAR E\u0301MANA' },
    { language: 'ara', value: 'إيمانا سار' },
  ],
  dob: '1976/01/01',
};

/** The built simulator, which shares no code with the client. */
describe.each(PROFILE_NAMES)('the client and the simulator of IDA %s', (version) => {
  let directory: string;
  let ida: RunningApp;
  let client: IdaClient;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mts-client-'));
    const population = join(directory, 'people.ndjson');
    await writeFile(population, `${JSON.stringify(EMANA)}\n${JSON.stringify(BAHA)}\n`);
    const keys = join(directory, 'keys');
    ida = await spawnApp(builtApp('ida-simulator'), {
      env: {
        IDA_SIMULATOR_DIR: keys,
        IDA_SIMULATOR_POPULATION: population,
        IDA_SIMULATOR_PORT: '0',
        IDA_SIMULATOR_VERSION: version,
      },
    });
    const read = (name: string): Buffer => readFileSync(join(keys, name));
    const party = JSON.parse(read('relying-party.json').toString()) as Record<string, string>;
    client = new IdaClient({
      authUrl: `${ida.ready}/idauthentication/v1/auth`,
      partnerId: party['partnerId'] ?? '',
      apiKey: party['apiKey'] ?? '',
      mispLicenceKey: party['mispLicenceKey'] ?? '',
      partnerKey: readPkcs12(read('partner.p12'), party['p12Password'] ?? ''),
      idaCertificate: readCertificate(read('ida-partner.cer')),
      answerPins: [readCertificate(read('ida-sign.cer'))],
      domainUri: party['domainUri'] ?? '',
      env: 'Staging',
      profile: version,
    });
  });
  afterAll(async () => {
    await client.close();
    await ida.stop();
    await rm(directory, { recursive: true });
  });

  async function lookUps(): Promise<number> {
    const answer = await fetch(`${ida.ready}/admin/counters`);
    const { individuals } = (await answer.json()) as { readonly individuals: number };
    return individuals;
  }

  it('agree in the preflight, which looks nobody up', async () => {
    expect(await client.preflight()).toEqual({ ok: true });
    expect(await lookUps()).toBe(0);
  });

  it('agree on a person, who has one token under each number', async () => {
    const numbers = [EMANA.uin, VID, OTHER_VID];
    const outcomes = await Promise.all(
      numbers.map((individualId) => client.authenticate({ individualId, demographics: DEMOGRAPHICS })),
    );
    const tokens = outcomes.map((outcome) => (outcome.kind === 'matched' ? outcome.token : 'refused'));
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toMatch(/^\d{36}$/);
  });

  it('agree that somebody else is no match, whatever token comes with that', async () => {
    const demographics = { ...DEMOGRAPHICS, dob: '1977/01/01' };
    expect(await client.authenticate({ individualId: VID, demographics })).toEqual({
      kind: 'refused',
      errors: [
        {
          code: 'IDA-DEA-001',
          message: 'Demographic data dob did not match',
          action: 'Please re-enter your dob',
        },
      ],
    });
  });

  it('agree on an OTP and on what the policy discloses for it', async () => {
    await fetch(`${ida.ready}/admin/faults`, { method: 'PUT', body: JSON.stringify({ fixedOtp: OTP }) });
    const sent = await client.requestOtp({ individualId: BAHA.uin, channels: ['email', 'phone'] });
    expect(sent).toMatchObject({ kind: 'sent', maskedEmail: expect.stringContaining('X') });
    const { transactionId } = sent as Extract<typeof sent, { kind: 'sent' }>;
    const wrong = await client.authenticate({ individualId: BAHA.uin, otp: '000000' }, { transactionId });
    expect(wrong).toMatchObject({ kind: 'refused', errors: [{ code: 'IDA-OTA-004' }] });

    const known = await client.kyc({ individualId: BAHA.uin, otp: OTP }, { transactionId });
    // 1.1.5 discloses nothing to a policy without a photo (KycServiceImpl, v1.1.5.5).
    const identity =
      version === '1.1.5' ? {} : { name: [{ language: 'eng', value: 'Émana Sar' }], dob: '1976/01/01' };
    expect(known).toMatchObject({ kind: 'matched', token: expect.stringMatching(/^\d{36}$/), identity });
  });
});
