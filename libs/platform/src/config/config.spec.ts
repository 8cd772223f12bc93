import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Option } from './option.js';
import { type OptionName, OPTIONS } from './options.js';
import { ConfigError, type Environment, readConfig } from './read-config.js';
import { errorsReference } from './errors-reference.js';
import { configurationReference } from './reference.js';

const options = Object.values<Option<unknown>>(OPTIONS);

/** What the operator is told of an environment that is refused. */
function refusal(names: readonly OptionName[], environment: Environment): string {
  try {
    readConfig(names, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'nothing is refused';
}

describe('reading the configuration', () => {
  it('takes defaults for what is not given', () => {
    expect(readConfig(['gatewayPort', 'mandatoryFields'], {})).toEqual({
      gatewayPort: 8080,
      mandatoryFields: ['name', 'gender', 'dob', 'fullAddress'],
    });
  });

  it('stops at a missing option with a sentence that names the variable and what is expected', () => {
    expect(() => readConfig(['idaAuthUrl'], {})).toThrow(
      /^MTS_IDA_AUTH_URL is missing: it must be a URL that starts with http/,
    );
    expect(() => readConfig(['idaAuthUrl'], { MTS_IDA_AUTH_URL: '  ' })).toThrow(ConfigError);
  });

  it('says what a missing option is for, where any text will do, and nothing about other programs', () => {
    expect(refusal(['idaApiKey'], {})).toBe('MTS_IDA_API_KEY is missing. The API key of the relying party.');
    expect(refusal(['idaAuthUrl'], {})).not.toContain('npm start');
  });

  it('names all that is missing, wrong or unreadable at once, a line each', () => {
    const names = ['gatewayPort', 'idaApiKey', 'idaMispLicenceKey', 'idaPartnerP12Password'] as const;
    const environment = { MTS_GATEWAY_PORT: 'eighty', MTS_IDA_MISP_LICENCE_KEY_FILE: '/nowhere/key' };
    expect(refusal(names, environment).split('\n')).toEqual([
      expect.stringMatching(/^MTS_GATEWAY_PORT must be /),
      expect.stringMatching(/^MTS_IDA_API_KEY is missing/),
      expect.stringMatching(/^MTS_IDA_MISP_LICENCE_KEY_FILE names \/nowhere\/key/),
      expect.stringMatching(/^MTS_IDA_PARTNER_P12_PASSWORD is missing/),
    ]);
  });

  it.each([
    ['MTS_GATEWAY_PORT', '80800', 'gatewayPort'],
    ['MTS_GATEWAY_PORT', '8e3', 'gatewayPort'],
    ['MTS_DATABASE_SCHEMA', 'a"; DROP', 'databaseSchema'],
    ['MTS_KEK_PROVIDER', 'vault', 'kekProvider'],
    ['MTS_IDA_RATE_PER_SECOND_MAX', '0', 'idaRatePerSecondMax'],
    ['MTS_IDA_VERSION', '1.2', 'idaVersion'],
    ['MTS_IDA_CERTIFICATE_URL', 'http://ida.example.org/certificate', 'idaCertificateUrl'],
    ['MTS_IDA_CERTIFICATE_URL', 'ida.example.org/certificate', 'idaCertificateUrl'],
  ] as const)('refuses %s=%s and names the variable', (variable, value, name) => {
    expect(() => readConfig([name], { [variable]: value })).toThrow(new RegExp(`^${variable} must be `));
  });

  it.each(['https://ida.example.org/certificate', 'http://127.0.0.1:9000/certificate'])(
    'takes a certificate from %s, where nobody on the way can exchange it',
    (url) => {
      expect(readConfig(['idaCertificateUrl'], { MTS_IDA_CERTIFICATE_URL: url })).toEqual({
        idaCertificateUrl: url,
      });
    },
  );

  it('never shows the value of a secret', () => {
    expect(() => readConfig(['databaseUrl'], { DATABASE_URL: 'mysql://u:hunter2@h/db' })).toThrow(
      /^DATABASE_URL must be (?!.*hunter2)/,
    );
  });

  it("accepts the original's names and drops the quotes that its deployments write", () => {
    const config = readConfig(['mandatoryFields', 'idaPartnerId', 'addressDelimiter'], {
      TOKENSEEDER_AUTHTOKEN__MANDATORY_VALIDATION_AUTH_FIELDS: '"name,gender, dob"',
      TOKENSEEDER_MOSIP_AUTH__PARTNER_ID: "'opencrvs-auth-partner'",
      TOKENSEEDER_ROOT__FULL_ADDRESS_DELIMITER: '" "',
    });
    expect(config).toEqual({
      mandatoryFields: ['name', 'gender', 'dob'],
      idaPartnerId: 'opencrvs-auth-partner',
      addressDelimiter: ' ',
    });
  });

  it('takes its own name before the original one', () => {
    const both = { MTS_IDA_PARTNER_ID: 'ours', TOKENSEEDER_MOSIP_AUTH__PARTNER_ID: 'theirs' };
    expect(readConfig(['idaPartnerId'], both).idaPartnerId).toBe('ours');
  });

  it('reads a secret from a mounted file, and says which variable names a file that is not there', () => {
    const directory = mkdtempSync(join(tmpdir(), 'mts-config-'));
    writeFileSync(join(directory, 'key'), 'from-file\n');
    expect(readConfig(['idaApiKey'], { MTS_IDA_API_KEY_FILE: join(directory, 'key') }).idaApiKey).toBe(
      'from-file',
    );
    expect(() => readConfig(['idaApiKey'], { MTS_IDA_API_KEY_FILE: join(directory, 'none') })).toThrow(
      /^MTS_IDA_API_KEY_FILE names/,
    );
    rmSync(directory, { recursive: true });
  });
});

describe('the table of options', () => {
  it('gives every option a variable and an alias of its own', () => {
    const names = options.flatMap((option) => [
      option.env,
      ...(option.alias === undefined ? [] : [option.alias]),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has defaults that would be accepted if they were written out', () => {
    const written = options.filter((option) => option.fallback !== undefined && option.fallback !== ' ');
    for (const option of written) {
      const value = Array.isArray(option.fallback) ? option.fallback.join(',') : String(option.fallback);
      expect({ [option.env]: option.kind.read(value) }).toEqual({ [option.env]: option.fallback });
    }
  });

  it('is what docs/reference/configuration.md says (npm run docs writes it)', () => {
    const file = new URL('../../../../docs/reference/configuration.md', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(configurationReference());
  });

  it('has all that a seeder needs in the mts.env of docs/guide/how-fast-it-asks.md', () => {
    const guide = readFileSync(
      new URL('../../../../docs/guide/how-fast-it-asks.md', import.meta.url),
      'utf8',
    );
    const written = [...guide.matchAll(/^([A-Z][A-Z0-9_]*)='(.+)'/gm)].map(([, name, value]) => [
      name,
      value,
    ]);
    const config = readConfig(Object.keys(OPTIONS) as OptionName[], Object.fromEntries(written));
    // Or its address; which of the two is missing is said by the seeder.
    expect(config.idaCertificateFile).toBeDefined();
  });

  it('stands beside every error in docs/reference/errors.md (npm run docs writes it)', () => {
    const text = readFileSync(new URL('../../../../docs/reference/errors.md', import.meta.url), 'utf8');
    expect(text).toBe(errorsReference());
    expect(text).not.toMatch(/undefined|null/);
  });
});
