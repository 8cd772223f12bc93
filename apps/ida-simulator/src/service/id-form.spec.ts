import { idaVector } from '@mts/testing';
import { describe, expect, it } from 'vitest';

import { hasFormOf, typeOfId } from './id-form.js';
import { ThrownByIda } from './outcomes.js';
import { PROFILES, type ProfileName } from './profiles.js';

function isAccepted(id: string, version: ProfileName): boolean {
  return (['UIN', 'VID'] as const).some((type) => {
    try {
      return hasFormOf(type, id, PROFILES[version]);
    } catch (error) {
      if (error instanceof ThrownByIda) return false;
      throw error;
    }
  });
}

describe("the form of an id, against MOSIP's own classes", () => {
  it.each(idaVector('ids'))('$id, until 1.1.5', ({ id, ida_1_1_5_validator: verdict }) => {
    expect(isAccepted(id, '1.1.5')).toBe(verdict === 'valid');
  });

  it.each(idaVector('ids'))('$id, from 1.2.0 on', ({ id, accepted_ida_1_2_plus: isValid }) => {
    expect(isAccepted(id, '1.2.0')).toBe(isValid);
    expect(isAccepted(id, '1.3.0')).toBe(isValid);
  });
});

describe('an id sent without its type', () => {
  it.each<[ProfileName, string, string]>([
    ['1.2.0.1', '7405214302', 'UIN'],
    ['1.2.0.1', '7465075291703420', 'VID'],
    ['1.2.0.1', '+919876543210@phone', 'HANDLE'],
    ['1.1.5', '1864029574', 'USERID'],
    ['1.2.0', '1864029574', 'UIN'],
    ['1.1.5', '+919876543210@phone', 'USERID'],
  ])('is taken by %s, if it is %s, for a %s', (version, id, type) => {
    expect(typeOfId(id, PROFILES[version])).toBe(type);
  });

  it.each<[ProfileName, string, string]>([
    ['1.2.0', '+919876543210@phone', 'IDA-MLC-009'],
    ['1.2.0.1', '919876543210@phone', 'IDA-MLC-009'],
    ['1.2.0.1', '74652910AB203420', 'IDA-MLC-007'],
    ['1.3.0', '74652910AB203420', 'IDA-MLC-009'],
  ])('makes %s throw, if it is %s: %s', (version, id, code) => {
    expect(() => typeOfId(id, PROFILES[version])).toThrow(code);
  });
});
