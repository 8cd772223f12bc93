import type { IdaHealth } from './api-client.js';

/** How the connection to IDA is, in one line. @param ida how it is called: the IDA, or the simulator of a version */
export function idaLine({ idaPreflight, idaHold }: IdaHealth, ida: string): string {
  if (idaPreflight === null) return `Whether ${ida} can be asked is not known yet; /health will tell.`;
  const trouble = idaPreflight.ok ? idaHold : idaPreflight;
  if (trouble === null) return `${ida} answers, and takes our keys, partner and policy.`;
  const cause = [trouble.code, trouble.reason].filter(Boolean).join(': ');
  return `${ida} cannot be asked. ${cause}${cause.endsWith('.') ? '' : '.'} Lists are taken in and wait; it is tried again by itself, and at once after POST /authtoken/preflight.`;
}
