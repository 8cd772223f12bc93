import { readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { StubIda } from './spec-support/stub-ida.js';
import { dataFile, P12_PASSWORD } from './spec-support/test-keys.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('shows the example as it is', () => {
  expect(read('../README.md')).toContain(`\`\`\`ts\n${read('../examples/authenticate.ts')}\`\`\`\n`);
});

it('has an example that works', async () => {
  const ida = await StubIda.start();
  vi.stubEnv('IDA_AUTH_URL', ida.authUrl);
  vi.stubEnv('IDA_PARTNER_ID', 'test-partner-01');
  vi.stubEnv('IDA_API_KEY', 'key');
  vi.stubEnv('IDA_MISP_LICENCE_KEY', 'licence');
  vi.stubEnv('PARTNER_P12', dataFile('keys/partner-modern-aes256.p12'));
  vi.stubEnv('PARTNER_P12_PASSWORD', P12_PASSWORD);
  vi.stubEnv('IDA_CERTIFICATE', dataFile('keys/ida-partner.crt.pem'));
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await import('../examples/authenticate.js');
  expect(stdout.mock.calls).toEqual([['known']]);
  await ida.stop();
});
