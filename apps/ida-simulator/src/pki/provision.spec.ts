import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import forge from 'node-forge';
import { describe, expect, it, onTestFinished } from 'vitest';

import { FILES } from './files.js';
import { provision } from './provision.js';

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'provision-'));
  onTestFinished(async () => rm(directory, { recursive: true }));
  return directory;
}

async function readCertificate(path: string): Promise<X509Certificate> {
  return new X509Certificate(await readFile(path));
}

describe('provision', () => {
  it('makes the key of the relying party with its certificate under a CA that PMS would have', async () => {
    const { partnerP12, relyingParty, rootCertificate } = await provision(
      join(await emptyDirectory(), 'pki'),
    );
    const asn1 = forge.asn1.fromDer((await readFile(partnerP12)).toString('binary'));
    const p12 = forge.pkcs12.pkcs12FromAsn1(asn1, relyingParty.p12Password);
    const certificates = (
      p12.getBags({ bagType: forge.pki.oids['certBag'] ?? '' })[forge.pki.oids['certBag'] ?? ''] ?? []
    ).map(({ cert }) => new X509Certificate(cert ? forge.pki.certificateToPem(cert) : ''));
    const [leaf, intermediate, root] = certificates;
    expect(leaf?.subject).toContain('O=MTS Sample Relying Party');
    expect(intermediate && leaf?.verify(intermediate.publicKey)).toBe(true);
    expect(root && intermediate?.verify(root.publicKey)).toBe(true);
    expect(root?.raw).toEqual((await readCertificate(rootCertificate)).raw);
  });

  it("makes IDA's two certificates under the root that can be pinned", async () => {
    const { idaPartnerCertificate, idaSignCertificate, rootCertificate } = await provision(
      join(await emptyDirectory(), 'pki'),
    );
    const root = await readCertificate(rootCertificate);
    for (const path of [idaPartnerCertificate, idaSignCertificate]) {
      const certificate = await readCertificate(path);
      expect(certificate.verify(root.publicKey)).toBe(true);
      expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    }
  });

  it('keeps secrets from other users', async () => {
    const directory = join(await emptyDirectory(), 'pki');
    await provision(directory);
    for (const name of ['relying-party.json', 'partner.p12', 'ida-partner.key.pem', 'ida-sign.key.pem']) {
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('keeps what is there', async () => {
    const directory = join(await emptyDirectory(), 'pki');
    const first = await provision(directory);
    expect(await provision(directory)).toEqual(first);
  });

  it('makes anew what a crash left half-written', async () => {
    const directory = join(await emptyDirectory(), 'pki');
    const first = await provision(directory);
    await rm(join(directory, FILES.idaSignKey.name));
    const second = await provision(directory);
    expect(second.relyingParty).not.toEqual(first.relyingParty);
    expect((await readdir(directory)).toSorted()).toEqual(
      Object.values(FILES)
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it('leaves nothing beside the directory, and gives two callers at once the same', async () => {
    const parent = await emptyDirectory();
    const [one, other] = await Promise.all([provision(join(parent, 'pki')), provision(join(parent, 'pki'))]);
    expect(one).toEqual(other);
    expect(await readdir(parent)).toEqual(['pki']);
  });

  it('touches no directory that holds something else', async () => {
    const directory = join(await emptyDirectory(), 'pki');
    await mkdir(directory);
    await writeFile(join(directory, 'thesis.odt'), 'text');
    await expect(provision(directory)).rejects.toThrow(/holds files that are not the simulator's/);
    expect(await readdir(directory)).toEqual(['thesis.odt']);
  });
});
