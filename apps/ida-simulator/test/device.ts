import {
  constants,
  createCipheriv,
  createHash,
  createPrivateKey,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto';

import type { Devices } from '../src/biometrics/devices.js';
import { DecryptionKeys } from '../src/crypto/decryption-keys.js';
import { RequestSignatureVerifier } from '../src/crypto/request-signature.js';
import { TrustStore } from '../src/crypto/trust.js';
import { issueAuthority, issueLeaf, type Issued } from '../src/pki/certificates.js';
import { PROFILES } from '../src/service/profiles.js';
import { detachedJws, headerOf } from './envelope.js';

/** What a test wants to be different from a capture that IDA accepts. */
export interface CaptureChanges {
  /** Fields of the signed data; `undefined` leaves one out. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly digitalId?: Readonly<Record<string, unknown>>;
  /** Fields of the block itself. */
  readonly block?: Readonly<Record<string, unknown>>;
}

export type Block = Readonly<Record<string, unknown>>;

/** A fingerprint, iris and face reader as MOSIP's device interface (SBI) describes it, and what IDA knows of it. */
export class Device {
  readonly devices: Devices;
  readonly #device: Issued;
  readonly #chip: Issued;
  readonly #templateCertificate: X509Certificate;

  private constructor(device: Issued, chip: Issued, authorities: readonly Issued[], templates: Issued) {
    this.#device = device;
    this.#chip = chip;
    this.#templateCertificate = new X509Certificate(templates.certificatePem);
    const [deviceCa, chipCa] = authorities.map((ca) => {
      const trust = new TrustStore([new X509Certificate(ca.certificatePem)]);
      return new RequestSignatureVerifier(trust, PROFILES['1.2.0.1'].requestSignature);
    });
    if (deviceCa === undefined || chipCa === undefined) throw new TypeError('two authorities are needed');
    this.devices = {
      captureSignatures: deviceCa,
      digitalIdSignatures: chipCa,
      templateKeys: new DecryptionKeys({
        privateKey: createPrivateKey(templates.privateKeyPem),
        certificate: this.#templateCertificate,
      }),
    };
  }

  static async make(): Promise<Device> {
    const [deviceCa, chipCa] = [
      await issueAuthority(named('device CA')),
      await issueAuthority(named('FTM CA')),
    ];
    return new Device(
      await issueLeaf(named('device'), deviceCa),
      await issueLeaf(named('chip'), chipCa),
      [deviceCa, chipCa],
      await issueLeaf(named('IDA-FIR'), deviceCa),
    );
  }

  /** Blocks for some templates, each with the hash of those before it. */
  capture(
    captures: readonly (CaptureChanges & { readonly template: string })[],
    circumstances: Circumstances,
  ): readonly Block[] {
    let previous = sha256(Buffer.alloc(0));
    return captures.map((changes) => {
      const template = Buffer.from(changes.template);
      previous = sha256(Buffer.concat([previous, sha256(template)]));
      const hash = previous.toString('hex').toUpperCase();
      return this.#block(template, hash, changes, circumstances);
    });
  }

  #block(template: Buffer, hash: string, changes: CaptureChanges, circumstances: Circumstances): Block {
    const time = circumstances.now.toISOString().replace(/\.\d+Z$/, 'Z');
    const {
      bioType = 'Finger',
      timestamp = time,
      transactionId = circumstances.transactionID,
    } = changes.data ?? {};
    const digitalId = {
      serialNo: '1',
      make: 'Test',
      model: 'T1',
      type: bioType,
      deviceSubType: 'Slap',
      deviceProvider: 'Provider',
      deviceProviderId: 'provider-01',
      dateTime: time,
      ...changes.digitalId,
    };
    const { sessionKey, value } = this.#encrypted(template, String(timestamp), String(transactionId));
    const data = {
      digitalId: jws(digitalId, this.#chip),
      bioType,
      bioSubType: bioType === 'Face' ? '' : 'Left IndexFinger',
      bioValue: value,
      deviceCode: 'device-01',
      deviceServiceVersion: '0.9.5',
      transactionId,
      timestamp,
      purpose: 'Auth',
      env: 'Staging',
      version: '1.0',
      domainUri: 'https://ida.test.invalid',
      requestedScore: 60,
      qualityScore: 80,
      ...changes.data,
    };
    const thumbprint = sha256(this.#templateCertificate.raw).toString('hex');
    return {
      specVersion: '0.9.5',
      data: jws(data, this.#device),
      hash,
      sessionKey,
      thumbprint,
      ...changes.block,
    };
  }

  /** Nonce and additional data are the last bytes of timestamp XOR transaction id. */
  #encrypted(template: Buffer, timestamp: string, transactionId: string) {
    const sessionKey = randomBytes(32);
    const padded = transactionId.padStart(timestamp.length, '\0');
    const mask = Buffer.from(timestamp).map((byte, index) => byte ^ padded.charCodeAt(index));
    const cipher = createCipheriv('aes-256-gcm', sessionKey, mask.subarray(-12)).setAAD(mask.subarray(-16));
    const parts = [cipher.update(template), cipher.final(), cipher.getAuthTag()];
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
    const { publicKey } = this.#templateCertificate;
    return {
      sessionKey: publicEncrypt({ key: publicKey, ...padding }, sessionKey).toString('base64url'),
      value: Buffer.concat(parts).toString('base64url'),
    };
  }
}

interface Circumstances {
  readonly now: Date;
  readonly transactionID: string;
}

function named(commonName: string): { readonly organization: string; readonly commonName: string } {
  return { organization: 'Test devices', commonName };
}

/** A compact JWS with its payload. */
function jws(payload: object, { certificatePem, privateKeyPem }: Issued): string {
  const text = JSON.stringify(payload);
  const header = headerOf(new X509Certificate(certificatePem));
  const [protectedHeader, signature] = detachedJws(header, text, createPrivateKey(privateKeyPem)).split('..');
  return `${protectedHeader}.${Buffer.from(text).toString('base64url')}.${signature}`;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
