const INSTANT =
  /^(?<day>\d{4}-\d\d-\d\d)(?:[T ](?<minutes>\d\d:\d\d)(?::(?<seconds>\d\d)(?:\.(?<fraction>\d{1,9}))?)?)?\s*(?<zone>Z|[+-]\d\d:?\d\d)?$/i;

/**
 * An instant as people write it: a day, or a day with a time; UTC unless it names another offset. Finer than a
 * millisecond, which is what ODK Central knows, it becomes the next one: `ge` and `lt` mean the same of it.
 *
 * @returns undefined for what is no instant, 30 February among them: ODK Central answers that with HTTP 500
 */
export function readInstant(text: string): Date | undefined {
  const groups = INSTANT.exec(text.trim())?.groups;
  if (groups === undefined) return undefined;
  const { day = '', minutes = '00:00', seconds = '00', fraction = '', zone = 'Z' } = groups;
  const local = `${day}T${minutes}:${seconds}`;
  const asUtc = Date.parse(`${local}Z`);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(local)) return undefined;
  const milliseconds = Math.ceil(Number(`0.${fraction || '0'}`) * 1000);
  return new Date(asUtc + milliseconds - offsetMs(zone));
}

function offsetMs(zone: string): number {
  const digits = zone.replaceAll(/\D/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
