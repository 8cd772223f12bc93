interface StatusAdvice {
  /** As the documentation names them. */
  readonly statuses: string;
  readonly when: RegExp;
  readonly advice: string;
}

/** What an HTTP status of IDA, or of a proxy or gateway before it, asks of whoever runs the token seeder; the first that fits. */
const BY_STATUS: readonly StatusAdvice[] = [
  {
    statuses: '404',
    when: /^404$/,
    advice: 'No call of IDA is at MTS_IDA_AUTH_URL, which must end in /auth.',
  },
  {
    statuses: '401, 403, 407',
    when: /^40[137]$/,
    advice:
      'A gateway before IDA does not let this machine in: have its operator allow the address of this machine, and ask whether it wants credentials.',
  },
  {
    statuses: '429',
    when: /^429$/,
    advice:
      'A gateway before IDA lets no more calls through. Lists go on by themselves. If it comes often, ask its operator for the limit, and state it as MTS_IDA_IN_FLIGHT_MAX_ALL or MTS_IDA_RATE_PER_SECOND_MAX.',
  },
  {
    statuses: '408, 425, 5xx',
    when: /^(?:408|425|5\d\d)$/,
    advice:
      'IDA or a gateway before it is overloaded, broken or away. Lists go on by themselves when it answers; if it lasts, ask its operator.',
  },
  {
    statuses: '3xx',
    when: /^3\d\d$/,
    advice:
      'What is at MTS_IDA_AUTH_URL sends calls elsewhere, and they are not followed: name where IDA itself is.',
  },
  {
    statuses: 'any other',
    when: /./,
    advice:
      'A proxy or gateway before IDA turns calls away: its operator and its log can tell why. Check MTS_IDA_AUTH_URL.',
  },
];

/** For every status, one after the other. */
export const HTTP_STATUS_ADVICE = BY_STATUS.map(({ statuses, advice }) => `HTTP ${statuses}: ${advice}`).join(
  ' ',
);

/** Of a message that names one, as `(ida.example.org: HTTP 503)`; without a status, for every one. */
export function httpStatusAdvice(message: string): string {
  const status = /\bHTTP (\d{3})\b/.exec(message)?.[1];
  const fitting = BY_STATUS.find(({ when }) => status !== undefined && when.test(status));
  return fitting?.advice ?? HTTP_STATUS_ADVICE;
}
