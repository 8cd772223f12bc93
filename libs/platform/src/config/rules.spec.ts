import { expect, it } from 'vitest';

import type { OptionName } from './options.js';
import { configProblems, type Environment } from './read-config.js';
import { RULES } from './rules.js';

const NAMES = RULES.flatMap(({ of }) => of);
const WHOLE: Environment = { MTS_IDA_CERTIFICATE_FILE: '/etc/mts/ida-partner.cer' };
const problems = (environment: Environment, names: readonly OptionName[] = NAMES): readonly string[] =>
  configProblems([...new Set(names)], { ...WHOLE, ...environment });

it.each([
  [{ MTS_CALLERS: ',' }, 'MTS_CALLERS names no way'],
  [{ MTS_CALLERS: 'none,api-key' }, 'MTS_CALLERS: none lets everybody in'],
  [{ MTS_CALLERS: 'trusted-network' }, 'MTS_TRUSTED_NETWORKS must say which'],
  [{ MTS_TRUSTED_NETWORKS: '10.0.0.0/8=a' }, 'MTS_TRUSTED_NETWORKS has no effect'],
  [{ MTS_GATEWAY_HOST: '0.0.0.0' }, 'MTS_GATEWAY_HOST: 0.0.0.0 can be reached'],
  [{ MTS_GATEWAY_HOST: '::ffff:0.0.0.0' }, 'MTS_GATEWAY_HOST: ::ffff:0.0.0.0 can be reached'],
  [{ MTS_GATEWAY_HOST: 'fe80::1%eth0' }, 'MTS_GATEWAY_HOST: fe80::1%eth0 can be reached'],
  [{ MTS_CALLERS: 'oidc', MTS_OIDC_AUDIENCE: 'mts' }, 'MTS_OIDC_ISSUER must be given'],
  [{ MTS_CALLERS: 'oidc', MTS_OIDC_ISSUER: 'https://id.example.org' }, 'MTS_OIDC_AUDIENCE must be given'],
  [{ MTS_IDA_CERTIFICATE_FILE: '' }, 'MTS_IDA_CERTIFICATE_FILE and MTS_IDA_CERTIFICATE_URL are missing'],
])('refuses %j in one line: %s', (environment, sentence) => {
  expect(problems(environment)).toEqual([expect.stringContaining(sentence)]);
});

it.each<Environment>([
  {},
  { MTS_GATEWAY_HOST: '::1' },
  { MTS_GATEWAY_HOST: '127.8.9.10' },
  // Only a look-up can tell.
  { MTS_GATEWAY_HOST: 'gateway.test' },
  { MTS_GATEWAY_HOST: '0.0.0.0', MTS_CALLERS: 'api-key' },
  { MTS_CALLERS: 'trusted-network', MTS_TRUSTED_NETWORKS: '10.0.0.0/8=a' },
  { MTS_CALLERS: 'oidc', MTS_OIDC_ISSUER: 'https://id.example.org', MTS_OIDC_AUDIENCE: 'mts' },
])('has nothing against %j', (environment) => {
  expect(problems(environment)).toEqual([]);
});

it('says nothing of options that are not read, or that are wrong by themselves', () => {
  expect(problems({ MTS_GATEWAY_HOST: '0.0.0.0' }, ['gatewayHost'])).toEqual([]);
  expect(problems({ MTS_GATEWAY_HOST: '0.0.0.0', MTS_CALLERS: 'apikey' })).toEqual([
    expect.stringMatching(/^MTS_CALLERS must be some of/),
  ]);
});
