import { createPrivateKey, X509Certificate } from 'node:crypto';

import type { DecryptionKey } from '../crypto/decryption-keys.js';
import { issueAuthority, issueLeaf } from './certificates.js';

const COUNTRY = 'MTS Sample Country';

/** Of IDA's encryption certificate (application `IDA`, reference `PARTNER`). */
export const IDA_PARTNER = { organization: COUNTRY, commonName: 'IDA-PARTNER' } as const;

/**
 * A new encryption key for IDA. keymanager signs its certificate with the master key of the application, not with the
 * partners' CA, so the issuer is one that nobody knows.
 */
export async function makeDecryptionKey(): Promise<DecryptionKey> {
  const master = await issueAuthority({ organization: COUNTRY, commonName: 'IDA' });
  const { privateKeyPem, certificatePem } = await issueLeaf(IDA_PARTNER, master);
  return { privateKey: createPrivateKey(privateKeyPem), certificate: new X509Certificate(certificatePem) };
}
