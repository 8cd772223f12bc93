import { expect, it } from 'vitest';

import { readGatewayConfig } from '../options.js';
import { callerSettingsOf, type CallerSettings, proofWanted } from './caller-settings.js';

const settings = (env: Record<string, string>): CallerSettings =>
  callerSettingsOf(readGatewayConfig({ DATABASE_URL: 'postgres://localhost/mts', ...env }));

it('lets everybody in unless told otherwise', () => {
  expect(settings({})).toMatchObject({ modes: ['none'], isOpen: true, takesApiKeys: false, networks: [] });
});

it('takes several ways to know callers', () => {
  const all = settings({
    MTS_CALLERS: 'oidc, api-key, trusted-network',
    MTS_TRUSTED_NETWORKS: '10.20.0.0/16=openg2p,fd00:1::/32=opencrvs',
    MTS_TRUSTED_PROXIES: '10.0.0.7/32',
    MTS_OIDC_ISSUER: 'https://id.example.org/realms/mosip',
    MTS_OIDC_AUDIENCE: 'mts',
  });
  expect(all.modes).toEqual(['trusted-network', 'api-key', 'oidc']);
  expect(all.isOpen).toBe(false);
  expect(all.networks.map(({ name }) => name)).toEqual(['openg2p', 'opencrvs']);
  expect(all.proxies).toHaveLength(1);
  expect(all.oidc?.algorithms).toEqual(['RS256', 'PS256', 'ES256', 'EdDSA']);
});

it.each([
  ['api-key', 'send an API key as `Authorization: Bearer …` or `X-API-Key: …`'],
  ['oidc', 'send an access token as `Authorization: Bearer …`'],
  [
    'api-key,oidc',
    'send an API key as `Authorization: Bearer …` or `X-API-Key: …`, or an access token as `Authorization: Bearer …`',
  ],
  ['trusted-network', 'from no trusted network, or wants more than those may'],
])('has whoever is not known by %s told which proof goes into which header', (modes, told) => {
  const oidc = { MTS_OIDC_ISSUER: 'https://id.example.org', MTS_OIDC_AUDIENCE: 'mts' };
  const networks = { MTS_TRUSTED_NETWORKS: '10.20.0.0/16=openg2p' };
  const text = proofWanted(
    settings({
      MTS_CALLERS: modes,
      ...(modes.includes('oidc') ? oidc : {}),
      ...(modes.includes('network') ? networks : {}),
    }),
  );
  expect(text.endsWith(told)).toBe(true);
});

it.each([
  [{ MTS_CALLERS: ',' }, 'MTS_CALLERS names no way'],
  [{ MTS_CALLERS: 'none,api-key' }, 'MTS_CALLERS: none lets everybody in'],
  [{ MTS_CALLERS: 'apikey' }, 'MTS_CALLERS must be some of none, trusted-network'],
  [{ MTS_CALLERS: 'trusted-network' }, 'MTS_TRUSTED_NETWORKS must say which'],
  [{ MTS_TRUSTED_NETWORKS: '10.0.0.0/8=a' }, 'MTS_TRUSTED_NETWORKS has no effect'],
  [{ MTS_CALLERS: 'oidc' }, 'MTS_OIDC_ISSUER must be given'],
  [{ MTS_CALLERS: 'oidc' }, 'MTS_OIDC_AUDIENCE must be given'],
  [{ MTS_CALLERS: 'oidc', MTS_OIDC_ISSUER: 'https://id.example.org' }, 'MTS_OIDC_AUDIENCE must be given'],
  [{ MTS_OIDC_ISSUER: 'http://id.example.org' }, 'MTS_OIDC_ISSUER must be a URL that starts with https'],
  [{ MTS_OIDC_ALGORITHMS: 'none' }, 'MTS_OIDC_ALGORITHMS must be some of RS256'],
  [{ MTS_OIDC_ALGORITHMS: 'RS256,HS256' }, 'MTS_OIDC_ALGORITHMS must be some of RS256'],
  [{ MTS_CORS_ORIGINS: '*' }, 'MTS_CORS_ORIGINS must be origins'],
  [{ MTS_CORS_ORIGINS: 'https://a.example.org/' }, 'MTS_CORS_ORIGINS must be origins'],
  [{ MTS_CORS_ORIGINS: 'null' }, 'MTS_CORS_ORIGINS must be origins'],
  [{ MTS_TRUSTED_PROXIES: '10.0.0.7' }, 'MTS_TRUSTED_PROXIES must be networks'],
])('stops the start at %j: %s', (env, sentence) => {
  expect(() => settings(env)).toThrow(sentence);
});
