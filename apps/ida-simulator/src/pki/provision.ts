import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { SAMPLE_DOMAIN_URI, SAMPLE_PARTNER_ID } from '../service/settings.js';
import { issueAuthority, issueLeaf, pkcs12 } from './certificates.js';
import { FILES, type FileKey, type RelyingParty } from './files.js';
import { IDA_PARTNER } from './ida-partner.js';

/** What a seeder is configured with: the credentials, and the paths of its files. */
export interface Provisioned {
  readonly relyingParty: RelyingParty;
  readonly partnerP12: string;
  readonly idaPartnerCertificate: string;
  readonly idaSignCertificate: string;
  readonly rootCertificate: string;
}

/**
 * Makes sure that `directory` holds fresh throw-away keys, certificates and credentials for the simulator and its one
 * relying party. What is there is kept; what a crash left half-written is made anew. Several processes may do it at once.
 * @throws if the directory holds something else
 */
export async function provision(directory: string): Promise<Provisioned> {
  const path = resolve(directory);
  if (!(await isComplete(path))) await create(path);
  const relyingParty = JSON.parse(await readFile(pathOf(path, 'relyingParty'), 'utf8')) as RelyingParty;
  return {
    relyingParty,
    partnerP12: pathOf(path, 'partnerP12'),
    idaPartnerCertificate: pathOf(path, 'idaPartnerCertificate'),
    idaSignCertificate: pathOf(path, 'idaSignCertificate'),
    rootCertificate: pathOf(path, 'rootCertificate'),
  };
}

export function pathOf(directory: string, file: FileKey): string {
  return join(directory, FILES[file].name);
}

async function isComplete(directory: string): Promise<boolean> {
  const present = await entriesOf(directory);
  return Object.values(FILES).every(({ name }) => present.includes(name));
}

/** Writes beside the directory and renames, so that it is either complete or not there. */
async function create(directory: string): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  const temporary = await mkdtemp(`${directory}.new-`);
  try {
    await writeFiles(temporary);
    await putInPlace(temporary, directory);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The rename succeeds onto nothing or an empty directory only, so one of several callers wins. */
async function putInPlace(temporary: string, directory: string): Promise<void> {
  try {
    await rename(temporary, directory);
  } catch {
    // Another process was faster, and what it wrote is as good; or something is in the way.
    if (await isComplete(directory)) return;
    await removeLeftovers(directory);
    await rename(temporary, directory);
  }
}

async function removeLeftovers(directory: string): Promise<void> {
  const ours = new Set<string>(Object.values(FILES).map(({ name }) => name));
  const present = await entriesOf(directory);
  if (present.some((name) => !ours.has(name))) {
    throw new Error(
      `${directory} holds files that are not the simulator's; name an empty or a new directory`,
    );
  }
  await rm(directory, { recursive: true, force: true });
}

async function entriesOf(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function writeFiles(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  const contents = await makeContents();
  for (const [key, { mode }] of Object.entries(FILES)) {
    await writeFile(pathOf(directory, key as FileKey), contents[key as FileKey], { mode });
  }
}

async function makeContents(): Promise<Readonly<Record<FileKey, string | Buffer>>> {
  const root = await issueAuthority({ organization: 'MTS Sample Country', commonName: 'MTS sample root CA' });
  const partners = await issueAuthority(
    { organization: 'MTS Sample Country', commonName: 'MTS sample partner CA' },
    root,
  );
  const partner = await issueLeaf(
    { organization: 'MTS Sample Relying Party', commonName: 'MTS sample relying party' },
    partners,
  );
  const idaPartner = await issueLeaf(IDA_PARTNER, root);
  const idaSign = await issueLeaf({ organization: 'MTS Sample Country', commonName: 'IDA-SIGN' }, root);
  const relyingParty: RelyingParty = {
    partnerId: SAMPLE_PARTNER_ID,
    apiKey: secret(),
    mispLicenceKey: secret(),
    p12Password: secret(),
    domainUri: SAMPLE_DOMAIN_URI,
  };
  return {
    partnerP12: pkcs12(partner, [partners, root], relyingParty.p12Password),
    relyingParty: `${JSON.stringify(relyingParty, null, 2)}\n`,
    idaPartnerCertificate: idaPartner.certificatePem,
    idaSignCertificate: idaSign.certificatePem,
    rootCertificate: root.certificatePem,
    intermediateCertificate: partners.certificatePem,
    partnerCertificate: partner.certificatePem,
    idaPartnerKey: idaPartner.privateKeyPem,
    idaSignKey: idaSign.privateKeyPem,
  };
}

/** 192 bits; letters, digits, `-` and `_` only, since two of the secrets stand in the URL. */
function secret(): string {
  return randomBytes(24).toString('base64url');
}
