/** Whom the simulator knows as its one relying party: what a seeder has to be configured with. */
export interface RelyingParty {
  readonly partnerId: string;
  readonly apiKey: string;
  readonly mispLicenceKey: string;
  readonly p12Password: string;
  readonly domainUri: string;
}

/** The files of a provisioned directory. Certificates are PEM; the private ones have mode 0600. */
export const FILES = {
  /** For the relying party: its key, its certificate and the CAs above it. */
  partnerP12: { name: 'partner.p12', mode: 0o600 },
  relyingParty: { name: 'relying-party.json', mode: 0o600 },
  /** What requests are encrypted for. */
  idaPartnerCertificate: { name: 'ida-partner.cer', mode: 0o644 },
  /** What answers are signed with. */
  idaSignCertificate: { name: 'ida-sign.cer', mode: 0o644 },
  rootCertificate: { name: 'ca-root.cer', mode: 0o644 },
  /** For the simulator alone. */
  intermediateCertificate: { name: 'ca-partners.cer', mode: 0o644 },
  partnerCertificate: { name: 'partner.cer', mode: 0o644 },
  idaPartnerKey: { name: 'ida-partner.key.pem', mode: 0o600 },
  idaSignKey: { name: 'ida-sign.key.pem', mode: 0o600 },
} as const;

export type FileKey = keyof typeof FILES;
