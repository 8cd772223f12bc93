/** The versions of IDA that are told apart, the oldest first; each stands for the last patch of its line. */
export const IDA_VERSIONS = ['1.1.5', '1.2.0', '1.2.0.1', '1.2.1', '1.3.0'] as const;
export type IdaVersion = (typeof IDA_VERSIONS)[number];
