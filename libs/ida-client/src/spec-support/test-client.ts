import { inspect } from 'node:util';
import { IdaFault, type Person } from '@mts/domain';
import { IdaClient, type IdaClientOptions } from '../index.js';
import { certificate, partnerKey } from './test-keys.js';

export const SECRETS = { mispLicenceKey: 'LICENCE+secret/0001', apiKey: 'API KEY secret 0001' } as const;

/** Forms in which a secret could show: as it is, and as it stands in the path. */
export const SECRET_FORMS = Object.values(SECRETS).flatMap((secret) => [secret, encodeURIComponent(secret)]);

export const PERSON: Person = {
  individualId: '7465075291703420',
  demographics: { name: [{ language: 'eng', value: 'Emana Sar Test' }], dob: '1976/01/01' },
};

const key = partnerKey();
const idaCertificate = certificate('ida-partner');

export function testClient(authUrl: string, options: Partial<IdaClientOptions> = {}): IdaClient {
  return new IdaClient({
    authUrl,
    partnerId: 'test-partner-01',
    ...SECRETS,
    partnerKey: key,
    idaCertificate,
    ...options,
  });
}

/** The fault that the call ends with; what it shows is checked for secrets and for the person each time. */
export async function faultOf(call: Promise<unknown>): Promise<IdaFault> {
  const error: unknown = await call.then(
    (outcome) => new Error(`No fault but ${inspect(outcome)}`),
    (fault: unknown) => fault,
  );
  if (!(error instanceof IdaFault)) throw error;
  const shown = [
    inspect(error, { depth: 20, showHidden: true }),
    JSON.stringify(error),
    String(error),
  ].join();
  const hidden = [...SECRET_FORMS, PERSON.individualId, 'Emana', 'emana', '1976/01/01'];
  const leaked = hidden.filter((secret) => shown.includes(secret));
  if (leaked.length > 0 || error.cause !== undefined) throw new Error(`The fault shows ${leaked.join()}`);
  return error;
}

/** What a fault says, in one line. */
export function summary({ faultClass, scope, effect, code }: IdaFault): string {
  return `${code} ${faultClass} ${scope} ${effect}`;
}
