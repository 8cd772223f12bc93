import { followsGeneratorRules } from '@mts/crypto';

import type { Identities } from '../identities.js';

/** People for the simulator, in the form of its population file, and the same people as test identities. */
export interface TestPopulation {
  readonly ndjson: string;
  readonly identities: Identities;
}

const eng = (value: string) => [{ language: 'eng', value }];

/** A person with everything that cases ask for: an accent, two names, an address with a word that is shortened. */
const IDENTITY = {
  fullName: eng('Hélène Tesfaye'),
  dateOfBirth: '1976/02/03',
  gender: eng('FLE'),
  phone: '9876543210',
  email: 'helene@example.org',
  addressLine1: eng('12 Main Lane'),
  city: eng('Kenitra'),
  postalCode: '14022',
};

export function testPopulation(): TestPopulation {
  const ids = idSource();
  const [uin, vid, expiredVid, revokedVid] = [ids('UIN'), ids('VID'), ids('VID'), ids('VID')];
  const oneTimeVids = [ids('VID'), ids('VID'), ids('VID')];
  const handle = `${IDENTITY.phone}@phone`;
  const [deactivatedUin, lockedUin, blockedUin] = [ids('UIN'), ids('UIN'), ids('UIN')];
  const people = [
    {
      uin,
      handles: [handle],
      identity: IDENTITY,
      vids: [
        { vid, type: 'perpetual' },
        { vid: expiredVid, type: 'perpetual', expiresAt: '2020-01-01T00:00:00Z' },
        { vid: revokedVid, type: 'perpetual', revoked: true },
        ...oneTimeVids.map((each) => ({ vid: each, type: 'one-time' })),
      ],
    },
    { uin: deactivatedUin, vids: [], identity: IDENTITY, deactivated: true },
    { uin: lockedUin, vids: [], identity: IDENTITY, locked: true },
    { uin: blockedUin, vids: [], identity: IDENTITY, blocked: true },
  ];
  return {
    ndjson: people.map((person) => `${JSON.stringify(person)}\n`).join(''),
    identities: {
      ids: {
        uin,
        vid,
        handle,
        expiredVid,
        revokedVid,
        deactivatedUin,
        lockedUin,
        blockedUin,
        unissuedUin: ids('UIN'),
      },
      oneTimeVids,
      unstoredLanguage: 'fra',
      demographics: {
        name: IDENTITY.fullName,
        dob: IDENTITY.dateOfBirth,
        gender: IDENTITY.gender,
        phoneNumber: IDENTITY.phone,
        emailId: IDENTITY.email,
        addressLine1: IDENTITY.addressLine1,
        fullAddress: eng('12 Main Lane, Kenitra, 14022'),
      },
    },
  };
}

const LENGTHS_DIGITS = { UIN: 10, VID: 16 } as const;

/** Numbers that MOSIP's own generators could have made, always the same ones. */
function idSource() {
  let seed = 20_261_122n;
  const digits = (count: number): string => {
    // Knuth's MMIX generator. The first two digits are hardly random, nor are the last.
    seed = (seed * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    return seed
      .toString()
      .padStart(20, '0')
      .slice(2, count + 2);
  };
  return (kind: keyof typeof LENGTHS_DIGITS): string => {
    for (;;) {
      const stem = digits(LENGTHS_DIGITS[kind] - 1);
      const id = Array.from('0123456789', (digit) => stem + digit).find((each) =>
        followsGeneratorRules(each, kind),
      );
      if (id !== undefined) return id;
    }
  };
}
