import { isRecord, readCapture, type Capture } from '../../biometrics/capture.js';
import { chainedHash, decryptTemplate, HASH_OF_NOTHING } from '../../biometrics/decryption.js';
import type { Devices } from '../../biometrics/devices.js';
import { decodeBase64Url } from '../../crypto/java-base64.js';
import { NO_OBJECTION, type Call, type Check, type Ida } from '../call.js';
import { idaError } from '../codes.js';
import { ThrownByIda, UncaughtInIda } from '../outcomes.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Signatures and decryption of each block, then the chain of their hashes (id-authentication v1.2.0.1,
 * `IdAuthFilter.decipherBioData`, `validateHashWithDecryptedBdbInSegments`). Without registered devices no block
 * carries a signature that is trusted.
 */
export const biometrics: Check = {
  name: 'biometrics',
  step: 11,
  run: (call, ida) => {
    const blocks: unknown = call.requestJson?.['biometrics'];
    if (!Array.isArray(blocks)) return NO_OBJECTION;
    const records = blocks.filter(isRecord);
    const captures = records.map((block, index) => decipher(block, index, call, ida));
    checkHashes(records, captures);
    call.captures = captures;
    return NO_OBJECTION;
  },
};

function decipher(block: Json, index: number, call: Call, ida: Ida): Capture {
  const path = `request/biometrics/${index}`;
  const jws = textField(block, 'data', `${path}/data`);
  const devices = verified(jws, 'data', `${path}/data`, call, ida);
  const encryptedKey = textField(block, 'sessionKey', `${path}/sessionKey`);
  const data = payloadOf(jws);
  const value = textField(data, 'bioValue', `${path}/data/bioValue`);
  const timestamp = textField(data, 'timestamp', `${path}/data/timestamp`);
  const digitalId = decipherDigitalId(data['digitalId'], `${path}/data/digitalId`, call, ida);
  const template = decryptTemplate(
    {
      thumbprint: String(block['thumbprint']),
      sessionKey: decoded(encryptedKey),
      value: decoded(value),
      timestamp,
      transactionId: String(data['transactionId']),
    },
    devices.templateKeys,
  );
  if (template === undefined) throw new ThrownByIda(idaError('INVALID_ENCRYPTION'));
  return readCapture({ ...data, digitalId }, template);
}

function textField(json: Json, name: string, path: string): string {
  const value = json[name];
  if (typeof value !== 'string') throw new ThrownByIda(idaError('MISSING_INPUT_PARAMETER', path));
  return value;
}

/** @returns the devices, which must be there if a signature of one is good */
function verified(
  jws: string,
  part: 'data' | 'digitalId',
  path: string,
  { now }: Call,
  { devices, profile }: Ida,
): Devices {
  const signatures = part === 'data' ? devices?.captureSignatures : devices?.digitalIdSignatures;
  const payload = decodeBase64Url(jws.split('.')[1] ?? '')?.toString('utf8') ?? '';
  if (devices === undefined || signatures?.verify(jws, payload, now) !== 'valid') {
    throw new ThrownByIda(idaError(profile.captureSignatureFailure[part], path));
  }
  return devices;
}

/** An empty one, and one that is no JWS, are left as they are. */
function decipherDigitalId(jws: unknown, path: string, call: Call, ida: Ida): unknown {
  if (typeof jws !== 'string' || jws === '') return jws;
  verified(jws, 'digitalId', path, call, ida);
  return payloadOf(jws);
}

function payloadOf(jws: string): Json {
  const bytes = decodeBase64Url(jws.split('.')[1] ?? '');
  try {
    const json: unknown = JSON.parse(bytes?.toString('utf8') ?? '');
    if (isRecord(json)) return json;
  } catch {
    // Falls through to the answer for what Jackson cannot read.
  }
  throw new ThrownByIda(idaError('UNABLE_TO_PROCESS'));
}

function decoded(text: string): Buffer {
  const bytes = decodeBase64Url(text);
  if (bytes === undefined) throw new UncaughtInIda('an IllegalArgumentException');
  return bytes;
}

function checkHashes(blocks: readonly Json[], captures: readonly Capture[]): void {
  let previous = HASH_OF_NOTHING;
  captures.forEach(({ template }, index) => {
    const given = textField(blocks[index] ?? {}, 'hash', `request/biometrics/${index}/hash`);
    previous = chainedHash(previous, template);
    if (given !== previous.toString('hex').toUpperCase()) throw new ThrownByIda(idaError('INVALID_HASH'));
  });
}
