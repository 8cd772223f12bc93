import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { codes, type CallChanges } from '../../test/caller.js';
import {
  allowAll,
  askForOtp,
  callKyc,
  disclosedIn,
  disclosedInBlob,
  kycResponse,
  sentOtp,
  servicesOf,
  type KycResponse,
} from '../../test/services.js';
import {
  certificate,
  EMANA,
  startVectorIda,
  type Overrides,
  type Posted,
  type VectorIda,
} from '../../test/vector-ida.js';
import type { Person } from '../population/person.js';
import type { ProfileName } from './profiles.js';
import type { Registration } from './registration.js';

const NOW = new Date('2026-11-22T01:00:00Z');
const TOKEN = '252812385496209194960425354049573455';
const WITH_FIELDS: readonly ProfileName[] = ['1.2.0', '1.2.0.1', '1.2.1', '1.3.0'];

/** Stored in two languages, with attributes of a country's own and a photo. */
const BILINGUAL: Person = {
  ...EMANA,
  identity: {
    ...EMANA.identity,
    fullName: [
      { language: 'eng', value: 'Emana Sar Test' },
      { language: 'ara', value: 'إيمانا' },
    ],
    city: [{ language: 'eng', value: 'Bengaluru' }],
    zone: [{ language: 'eng', value: 'South' }],
    occupation: 'Tailor',
    residenceStatus: [{ language: 'ara', value: 'مقيم' }],
  },
  biometrics: { Face: 'cGhvdG8' },
};

interface Start extends Partial<Overrides> {
  readonly services?: ProfileName;
  readonly policy?: Partial<Registration['policy']>;
}

async function start({ services = '1.2.0.1', policy = {}, ...overrides }: Start = {}): Promise<VectorIda> {
  const all = await allowAll();
  return startVectorIda({
    now: NOW,
    people: [BILINGUAL],
    profile: servicesOf(services),
    registration: (registration) => {
      const allowed = all(registration);
      return { ...allowed, policy: { ...allowed.policy, ...policy } };
    },
    ...overrides,
  });
}

async function ask(ida: VectorIda, changes: Omit<CallChanges, 'now'> = {}): Promise<Posted> {
  return callKyc(ida, { now: NOW, ...changes });
}

async function disclosed(policy: Partial<Registration['policy']>, services?: ProfileName): Promise<unknown> {
  const ida = await start({ policy, ...(services === undefined ? {} : { services }) });
  return disclosedIn(kycResponse(await ask(ida)));
}

describe('an eKYC answer', () => {
  it.each(WITH_FIELDS)(
    'of %s can be read with the key of the relying party, and with no other',
    async (services) => {
      const response = kycResponse(await ask(await start({ services })));
      const fingerprint = createHash('sha256')
        .update((await certificate('partner')).raw)
        .digest('hex');
      expect(response).toMatchObject({
        kycStatus: true,
        authToken: TOKEN,
        thumbprint: fingerprint.toUpperCase(),
        identity: expect.stringMatching(/^[\w-]+$/),
        sessionKey: expect.stringMatching(/^[\w-]{342}$/),
      });
      expect(await disclosedIn(response)).toEqual({
        name_eng: 'Emana Sar Test',
        dob: '1976/01/01',
        gender_eng: 'Male',
        phoneNumber: '8360334018',
      });
    },
  );

  it('is encrypted anew each time', async () => {
    const ida = await start();
    const [one, other] = [kycResponse(await ask(ida)), kycResponse(await ask(ida))];
    expect(one.sessionKey).not.toBe(other.sessionKey);
    expect(one.identity).not.toBe(other.identity);
  });

  it('has its fields in the order of IDA, and the frame of every answer', async () => {
    const { json, text } = await ask(await start());
    expect(json).toMatchObject({ id: 'mosip.identity.kyc', transactionID: '1234567890', errors: null });
    expect(Object.keys((JSON.parse(text) as { readonly response: object }).response)).toEqual([
      'kycStatus',
      'authToken',
      'thumbprint',
      'identity',
      'sessionKey',
    ]);
  });

  it('discloses nothing if the policy names nothing', async () => {
    const response = kycResponse(await ask(await start({ policy: { allowedKycAttributes: [] } })));
    expect(response).toEqual({
      kycStatus: true,
      authToken: TOKEN,
      thumbprint: null,
      identity: null,
      sessionKey: null,
    });
  });

  it('takes an OTP for proof as well', async () => {
    const ida = await start();
    await askForOtp(ida, { now: NOW });
    const message = { individualId: EMANA.uin, individualIdType: 'UIN' };
    const block = { demographics: {}, otp: await sentOtp(ida) };
    expect(kycResponse(await ask(ida, { message, block })).kycStatus).toBe(true);
  });
});

describe('what eKYC discloses', () => {
  it('is in the languages of the policy, and without those nobody has data in', async () => {
    const allowedKycAttributes = ['fullName', 'gender'];
    expect(await disclosed({ allowedKycAttributes, kycLanguages: ['ara', 'eng'] })).toEqual({
      name_ara: 'إيمانا',
      name_eng: 'Emana Sar Test',
      gender_eng: 'Male',
    });
  });

  it.each([[[]], [['xyz']]])(
    'is in all languages of the country if the policy names %j',
    async (kycLanguages) => {
      const allowedKycAttributes = ['fullName'];
      expect(await disclosed({ allowedKycAttributes, kycLanguages })).toEqual({
        name_eng: 'Emana Sar Test',
        name_ara: 'إيمانا',
      });
    },
  );

  it.each([
    ['eng', {}],
    ['ara', { phoneNumber: '8360334018' }],
  ])('is nothing that is stored in other languages than %s', async (language, expected) => {
    const phone = [{ language: 'ara', value: '8360334018' }];
    const policy = { allowedKycAttributes: ['phone'], kycLanguages: [language] };
    const ida = await start({ policy, people: [{ ...EMANA, identity: { ...EMANA.identity, phone } }] });
    expect(await disclosedIn(kycResponse(await ask(ida)))).toEqual(expected);
  });

  it('is the full address of those parts only that are allowed by themselves', async () => {
    expect(await disclosed({ allowedKycAttributes: ['fullAddress'] })).toEqual({});
    const allowedKycAttributes = ['fullAddress', 'addressLine1', 'city', 'postalCode'];
    expect(await disclosed({ allowedKycAttributes })).toEqual({
      fullAddress_eng: 'Bangalore,Bengaluru,560016',
      addressLine1_eng: 'Bangalore',
      location1_eng: 'Bengaluru',
      postalCode: '560016',
    });
  });

  it('is an age only beside the date of birth', async () => {
    expect(await disclosed({ allowedKycAttributes: ['age'] })).toEqual({});
    expect(await disclosed({ allowedKycAttributes: ['age', 'dateOfBirth'] })).toEqual({
      age: '50',
      dob: '1976/01/01',
    });
  });

  it("is under its own name if it is an attribute of the country's own", async () => {
    const allowedKycAttributes = ['zone', 'location4', 'occupation', 'residenceStatus', 'unknown'];
    expect(await disclosed({ allowedKycAttributes, kycLanguages: ['eng', 'ara'] })).toEqual({
      zone_eng: 'South',
      location4_eng: 'South',
      occupation: 'Tailor',
      residenceStatus_ara: 'مقيم',
    });
  });

  it.each(['photo', 'Face'])('is the photo under the name that the policy has for it: %s', async (name) => {
    expect(await disclosed({ allowedKycAttributes: [name] })).toEqual({ [name]: 'cGhvdG8' });
  });

  it.each<[ProfileName, string]>([
    ['1.1.5', 'FACE - Face'],
    ['1.2.0', 'FACE'],
    ['1.3.0', 'FACE'],
  ])('cannot be the photo of somebody who has none, in %s', async (services, name) => {
    const policy = { allowedKycAttributes: ['photo', 'gender'] };
    const { json } = await ask(await start({ policy, people: [EMANA], services }));
    expect(json.errors).toEqual([
      { errorCode: 'IDA-BIA-006', errorMessage: `Biometric data ${name} not available in database` },
    ]);
  });
});

describe('eKYC of IDA 1.1.5', () => {
  const PHOTO_AND_MORE = ['photo', 'fullName', 'dateOfBirth', 'city', 'postalCode'];

  it('has the session key in front of the data, and the thumbprint in base64url', async () => {
    const ida = await start({ services: '1.1.5', policy: { allowedKycAttributes: PHOTO_AND_MORE } });
    const response = kycResponse(await ask(ida));
    const fingerprint = createHash('sha256')
      .update((await certificate('partner')).raw)
      .digest('base64url');
    expect(response).toMatchObject({ kycStatus: true, thumbprint: fingerprint });
    expect(response).not.toHaveProperty('sessionKey');
    expect(await disclosedInBlob(response)).toEqual({
      name_eng: 'Emana Sar Test',
      dob: '1976/01/01',
      age: '50',
      location1_eng: 'Bengaluru',
      postalCode: '560016',
      fullAddress_eng: 'Bengaluru 560016',
      Face: 'cGhvdG8',
    });
  });

  it('discloses nothing at all without the photo', async () => {
    const response = kycResponse(await ask(await start({ services: '1.1.5' })));
    expect(response).toEqual({ kycStatus: true, authToken: TOKEN, thumbprint: null, identity: null });
  });

  it('adds the second language if it is asked for, and refuses an unknown one', async () => {
    const ida = await start({ services: '1.1.5', policy: { allowedKycAttributes: ['photo', 'fullName'] } });
    const response = kycResponse(await ask(ida, { message: { secondaryLangCode: 'ara' } }));
    expect(await disclosedInBlob(response)).toEqual({
      name_eng: 'Emana Sar Test',
      name_ara: 'إيمانا',
      Face: 'cGhvdG8',
    });
    expect(codes(await ask(ida, { message: { secondaryLangCode: 'xx' } }))).toEqual(['IDA-DEA-002']);
  });

  it('is refused before anything is used up if the partner has no certificate', async () => {
    const registration = withoutCertificate(await allowAll());
    const ida = await start({ services: '1.1.5', registration });
    const message = { individualId: '9830872690593682' };
    expect(codes(await ask(ida, { message }))).toContain('IDA-MLC-025');
    expect(codes(await ask(ida, { message }))).toContain('IDA-MLC-025');
  });
});

function withoutCertificate(allow: (registration: Registration) => Registration) {
  return (registration: Registration): Registration => {
    const { certificate: _none, ...partner } = allow(registration).partner;
    return { ...allow(registration), partner };
  };
}

describe('eKYC that is refused', () => {
  it.each<[ProfileName, KycResponse | null]>([
    ['1.1.5', null],
    ['1.2.0', null],
    ['1.2.0.1', { kycStatus: false, authToken: null, thumbprint: null, identity: null, sessionKey: null }],
  ])('by the policy has the form of %s', async (services, response) => {
    const ida = await start({ services, policy: { allowedFactors: ['demo', 'otp'] } });
    const answer = await ask(ida);
    expect(codes(answer)).toEqual(['IDA-MLC-007', 'IDA-MPA-013']);
    expect(answer.json.response).toEqual(response);
  });

  it('for a factor that the policy does not allow is refused for that', async () => {
    const ida = await start({ policy: { allowedFactors: ['kyc', 'otp'] } });
    expect(codes(await ask(ida))).toEqual(['IDA-MLC-007', 'IDA-MPA-006']);
  });

  it.each<[Partial<Registration['policy']>, string]>([
    [{ mandatoryFactors: ['otp'] }, 'otp-authentiation usage is mandatory as per policy'],
    [{ mandatoryFactors: ['kyc', 'bio-Iris'] }, 'bio-authentiation usage is mandatory as per policy'],
  ])('by a policy with %j says what is missing', async (policy, message) => {
    const { json } = await ask(await start({ policy }));
    expect(json.errors?.at(-1)).toEqual({ errorCode: 'IDA-MPA-015', errorMessage: message });
  });

  it.each<[ProfileName, string | null]>([
    ['1.2.0.1', TOKEN],
    ['1.2.1', null],
  ])(
    'because data do not match discloses nothing; %s answers with the token %j',
    async (version, authToken) => {
      const ida = await start({ version, profile: {} });
      const answer = await ask(ida, {
        demographics: { name: [{ language: 'eng', value: 'Somebody Else' }] },
      });
      expect(codes(answer)).toEqual(['IDA-DEA-001']);
      expect(kycResponse(answer)).toEqual({
        kycStatus: false,
        authToken,
        thumbprint: null,
        identity: null,
        sessionKey: null,
      });
    },
  );

  it('uses up a VID as any authentication does, even if the answer cannot be encrypted', async () => {
    const ida = await start({ registration: withoutCertificate(await allowAll()) });
    const message = { individualId: '9830872690593682' };
    expect(codes(await ask(ida, { message }))).toEqual(['IDA-MLC-007']);
    expect(codes(await ask(ida, { message }))).toEqual(['IDA-MLC-018']);
  });
});
