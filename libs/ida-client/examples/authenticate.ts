import { IdaClient, openIdaCertificate, openPartnerKey } from '@mts/ida-client';

const { env } = process;
const client = new IdaClient({
  authUrl: env['IDA_AUTH_URL'] ?? 'https://ida.example.org/idauthentication/v1/auth',
  partnerId: env['IDA_PARTNER_ID'] ?? '',
  apiKey: env['IDA_API_KEY'] ?? '',
  mispLicenceKey: env['IDA_MISP_LICENCE_KEY'] ?? '',
  partnerKey: await openPartnerKey({ file: 'partner.p12', password: env['PARTNER_P12_PASSWORD'] ?? '' }),
  idaCertificate: await openIdaCertificate({ file: 'ida-partner.cer' }),
});
const name = [{ language: 'eng', value: 'Rosario Villanueva' }];
const outcome = await client.authenticate({ individualId: '5482681473407803', demographics: { name } });
process.stdout.write(outcome.kind === 'matched' ? 'known' : outcome.errors.map(({ code }) => code).join());
await client.close();
