/** What IDA checks and no client can bring about, or only by harming somebody. */
export interface NotProvokable {
  readonly checks: readonly number[];
  readonly what: string;
  readonly why: string;
}

export const NOT_PROVOKABLE: readonly NotProvokable[] = [
  {
    checks: [7],
    what: "An expired key of IDA's (IDA-MPA-004)",
    why: 'it takes a certificate that IDA has retired',
  },
  {
    checks: [12],
    what: 'A deleted or deactivated partner, a deleted policy, a deleted or not yet valid licence (IDA-MPA-009, 012, 018, 007)',
    why: 'it takes a registration of one’s own for each, made in partner management for the purpose',
  },
  {
    checks: [12],
    what: 'The certificate of the MISP in place of the one of the partner',
    why: 'it takes the private key of the MISP',
  },
  {
    checks: [20],
    what: 'What IDA checks of biometrics: transaction, domainUri, env, timestamps, hash chain (IDA-MLC-016, 024, 030, 031, IDA-BIA-*)',
    why: 'it takes a registered device and a finger',
  },
  {
    checks: [27],
    what: 'A partner on the hotlist (IDA-MLC-022 "partnerId is blocked"), a child (IDA-MLC-011)',
    why: 'the first stops every call of the partner; for the second no child should be put to the test',
  },
  {
    checks: [29],
    what: 'An answer that fails after the comparison (IDA-EKA-001, a notification that cannot be sent)',
    why: 'it takes an IDA that is broken in that place',
  },
];
