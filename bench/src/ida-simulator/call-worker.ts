import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';

import { IdaEnvelope, readPkcs12, RequestSigner } from '@mts/crypto';
import { provision } from '@mts/ida-simulator';

import type { Call, Task } from './calls.js';
import type { AskedRow } from './rows.js';

const { rows, keys, now } = workerData as Task;
const { relyingParty, partnerP12, idaPartnerCertificate } = await provision(keys);
const envelope = new IdaEnvelope(new X509Certificate(await readFile(idaPartnerCertificate)));
const signer = new RequestSigner(readPkcs12(await readFile(partnerP12), relyingParty.p12Password));

const calls: Call[] = [];
for (const { row, outcome } of rows) {
  const body = JSON.stringify(message(row));
  calls.push({ body, signature: await signer.sign(Buffer.from(body)), outcome });
}
parentPort?.postMessage(calls, []);

/** As the token seeder asks (id-authentication v1.2.0.1 `AuthRequestDTO`, `RequestDTO`). */
function message(row: AskedRow['row']): object {
  const block = { timestamp: now, demographics: demographics(row), biometrics: [] };
  return {
    id: 'mosip.identity.auth',
    version: '1.0',
    individualId: row['vid'],
    transactionID: '0123456789',
    requestTime: now,
    domainUri: relyingParty.domainUri,
    env: 'Staging',
    consentObtained: true,
    ...envelope.seal(Buffer.from(JSON.stringify(block))),
  };
}

function demographics(row: AskedRow['row']): object {
  return {
    name: inEnglish(row['name']),
    gender: inEnglish(row['gender']),
    dob: row['dob']?.replaceAll('-', '/'),
    phoneNumber: row['phoneNumber'],
    emailId: row['emailId'],
    fullAddress: inEnglish(row['fullAddress']),
  };
}

function inEnglish(value: string | undefined): readonly object[] {
  return [{ language: 'eng', value }];
}
