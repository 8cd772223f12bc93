import { type Demographics, IdaFault } from '@mts/domain';
import { IdaClient } from '@mts/ida-client';

import { NOBODY } from '../cases/build.js';
import type { Answer, IdaAnswer } from './answer.js';
import type { Connection } from './connection.js';
import type { Question } from './request.js';

/** Asks by this project's own client: nobody's number by its preflight, anybody else as the seeder does. */
export async function askByClient(
  connection: Connection,
  question: Question,
  isNobody: boolean,
): Promise<Answer> {
  const { version, domainUri, uinType, uinLengthDigits } = connection;
  const client = new IdaClient({
    authUrl: connection.authUrl,
    partnerId: connection.partnerId,
    apiKey: connection.apiKey,
    mispLicenceKey: connection.mispLicenceKey,
    partnerKey: connection.partnerKey,
    idaCertificate: connection.idaCertificate,
    answerPins: connection.answerPins,
    answerTimeoutMs: connection.answerTimeoutMs,
    ...(domainUri === undefined ? {} : { domainUri }),
    profile: version,
    preflight: { idType: uinType, idLength: uinLengthDigits },
    connections: 1,
    transactionId: () => question.transactionId,
  });
  try {
    return isNobody ? await preflight(client) : await authenticate(client, question);
  } finally {
    await client.close();
  }
}

async function preflight(client: IdaClient): Promise<Answer> {
  const result = await client.preflight();
  return saying(result.ok ? [NOBODY] : [result.code]);
}

async function authenticate(client: IdaClient, { individualId, demographics }: Question): Promise<Answer> {
  try {
    const outcome = await client.authenticate({ individualId, demographics: demographics as Demographics });
    if (outcome.kind === 'refused') return saying(outcome.errors.map(({ code }) => code));
    return { ...saying([]), confirms: true, token: outcome.token };
  } catch (error) {
    if (!(error instanceof IdaFault)) throw error;
    return saying([error.code]);
  }
}

function saying(codes: readonly string[]): IdaAnswer {
  return {
    kind: 'ida',
    status: 200,
    confirms: false,
    codes,
    token: undefined,
    transactionId: undefined,
    signature: 'absent',
    aheadSeconds: undefined,
    identity: undefined,
  };
}
