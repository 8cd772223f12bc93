import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';

import { AnswerSigner } from './crypto/answer-signature.js';
import { DecryptionKeys } from './crypto/decryption-keys.js';
import { RequestSignatureVerifier } from './crypto/request-signature.js';
import { TrustStore } from './crypto/trust.js';
import { createIdaServer, type ServerOptions } from './http/server.js';
import type { FileKey, RelyingParty } from './pki/files.js';
import { OtpDesk } from './otp/otp-desk.js';
import { RecentCalls } from './otp/recent-calls.js';
import { pathOf } from './pki/provision.js';
import { Population } from './population/population.js';
import { DEFAULT_PROFILE, PROFILES, type Profile, type ProfileName } from './service/profiles.js';
import type { Policy, Registration } from './service/registration.js';
import { SAMPLE_KYC_ATTRIBUTES, SAMPLE_SETTINGS } from './service/settings.js';
import { NO_STEERING } from './service/steering.js';

export interface SimulatorOptions {
  /** A directory that {@link provision} has filled. */
  readonly dir: string;
  /** The NDJSON file of the people that the ID system knows. */
  readonly population: string;
  /** TCP port on 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  /** Which version of IDA it stands in for; default: 1.2.0.1. */
  readonly version?: ProfileName;
  /** What the policy of the relying party says otherwise than that of the sample. */
  readonly policy?: Partial<Policy>;
  /** What IDA takes for now; default: the real time. */
  readonly clock?: () => Date;
}

export interface Simulator {
  /** `http://127.0.0.1:…`, without a slash at the end. */
  readonly url: string;
  /** Stops listening and breaks calls in flight. */
  readonly close: () => Promise<void>;
}

/** Starts a stand-in for IDA on the loopback interface. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const population = await Population.load(options.population);
  const serverOptions = await readOptions(options, population);
  const { url, close } = await listen(serverOptions, options.port).catch((error: unknown) => {
    population.close();
    throw error;
  });
  return {
    url,
    close: async () => {
      await close();
      population.close();
    },
  };
}

async function readOptions(
  { dir, clock, version, policy }: SimulatorOptions,
  population: Population,
): Promise<ServerOptions> {
  const read = async (file: FileKey): Promise<string> => readFile(pathOf(dir, file), 'utf8');
  const certificate = async (file: FileKey): Promise<X509Certificate> =>
    new X509Certificate(await read(file));
  const profile: Profile = PROFILES[version ?? DEFAULT_PROFILE];
  const authorities = [await certificate('rootCertificate'), await certificate('intermediateCertificate')];
  const relyingParty = JSON.parse(await read('relyingParty')) as RelyingParty;
  return {
    ida: {
      profile,
      settings: SAMPLE_SETTINGS,
      registration: registrationOf(relyingParty, await certificate('partnerCertificate'), policy),
      decryptionKeys: new DecryptionKeys({
        privateKey: createPrivateKey(await read('idaPartnerKey')),
        certificate: await certificate('idaPartnerCertificate'),
      }),
      signatures: new RequestSignatureVerifier(new TrustStore(authorities), profile.requestSignature),
      population,
      steering: NO_STEERING,
      otps: new OtpDesk(),
      recentCalls: new RecentCalls(),
    },
    signer: new AnswerSigner(
      {
        privateKey: createPrivateKey(await read('idaSignKey')),
        certificate: await certificate('idaSignCertificate'),
      },
      profile.answerKeyId,
    ),
    clock: clock ?? ((): Date => new Date()),
    onDefect: reportDefect,
  };
}

/**
 * The relying party of the sample: everything in force, all factors, OTP requests and eKYC allowed, a token per
 * partner.
 */
function registrationOf(
  relyingParty: RelyingParty,
  certificate: X509Certificate,
  policy: Partial<Policy> = {},
): Registration {
  const period = { from: new Date('2000-01-01T00:00:00Z'), to: new Date('2100-01-01T00:00:00Z') };
  return {
    partner: {
      id: relyingParty.partnerId,
      status: 'ACTIVE',
      isBlocked: false,
      certificateSha256: createHash('sha256').update(certificate.raw).digest('hex').toUpperCase(),
      certificate,
    },
    apiKey: { key: relyingParty.apiKey, status: 'ACTIVE', period },
    misp: { licenceKey: relyingParty.mispLicenceKey, status: 'ACTIVE', period },
    policy: {
      id: 'mts-sample-policy',
      status: 'ACTIVE',
      period,
      allowedFactors: ['demo', 'otp', 'bio-Finger', 'bio-Iris', 'bio-Face', 'otp-request', 'kyc'],
      mandatoryFactors: [],
      authTokenType: 'partner',
      allowedKycAttributes: SAMPLE_KYC_ATTRIBUTES,
      kycLanguages: ['eng'],
      ...policy,
    },
  };
}

/**
 * Serves until closed.
 * @throws Error whose message is one sentence if the port is taken
 */
export async function listen(options: ServerOptions, port: number): Promise<Simulator> {
  const server = createIdaServer(options);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: unknown) => {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw isTaken ? new Error(`Port ${port} is taken; choose another one (IDA_SIMULATOR_PORT).`) : error;
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actualPort}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Where it happened, but not what it said: a message can quote what a caller sent. */
function reportDefect(error: unknown): void {
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  process.stderr.write(`IDA simulator: defect${frames.map((frame) => `\n${frame}`).join('')}\n`);
}
