import { idaVector } from '@mts/testing';
import { describe, expect, it } from 'vitest';

import type { Registration } from './registration.js';
import { authToken, partnerToken, tokenId } from './tokens.js';

const { cases, idaPartner, ...settings } = idaVector('tokens');

function registration(authTokenType: Registration['policy']['authTokenType']): Registration {
  return { partner: { id: 'test-partner-01' }, policy: { id: 'policy-123', authTokenType } } as Registration;
}

describe("tokens, against MOSIP's own class", () => {
  it.each(cases)(
    'of $uin for $partnerOrPolicyId',
    ({ uin, partnerOrPolicyId, innerToken, authToken: token }) => {
      expect(tokenId(uin, idaPartner, settings)).toBe(innerToken);
      expect(partnerToken(uin, partnerOrPolicyId, settings)).toBe(token);
    },
  );
});

describe('the type that the policy names', () => {
  const uin = '7405214302';

  it('partner makes the token of the partner', () => {
    expect(authToken(uin, registration('partner'), settings)).toBe('252812385496209194960425354049573455');
  });

  it('policy makes one that all partners of the policy share', () => {
    expect(authToken(uin, registration('policy'), settings)).toBe('299581189201094554495777927426026372');
  });

  it('random makes another each time, of the same form', () => {
    const tokens = [
      authToken(uin, registration('random'), settings),
      authToken(uin, registration('random'), settings),
    ];
    expect(tokens[0]).not.toBe(tokens[1]);
    expect(tokens.every((token) => /^\d{36}$/.test(token))).toBe(true);
  });
});
