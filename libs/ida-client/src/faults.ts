import { errorText, IdaFault } from '@mts/domain';

/*
 * Faults of the wire: no code of IDA's came. Texts name the host, a status or an error code of the system, never the
 * URL: its path carries the licence key and the API key. For the same reason no fault has a `cause`.
 */

/** No connection: not a byte of the request left. */
export function unreachable(host: string, reason: string): IdaFault {
  return new IdaFault(
    'transient',
    'profile',
    'not-asked',
    'MTS-IDA-101',
    `${errorText('MTS-IDA-101')} (${host}: ${reason})`,
  );
}

/** The request left, and no whole answer came: IDA may have carried it out. One record alone can do that to IDA. */
export function unanswered(host: string, reason: string): IdaFault {
  return new IdaFault(
    'transient',
    'record',
    'unknown',
    'MTS-IDA-102',
    `${errorText('MTS-IDA-102')} (${host}: ${reason})`,
  );
}

/** Statuses below 500 that pass by themselves: request timeout, too early, too many requests. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * A status other than 2xx. IDA answers 200 whatever it says (`IdAuthExceptionHandler`), or 500 when it breaks.
 * So a redirect or a 4xx is a proxy, gateway or servlet container that turned the call away: nobody was asked.
 * From 500 on, IDA may have worked on it behind a gateway that gave up.
 */
export function httpRefusal(host: string, status: number): IdaFault {
  const transient = status >= 500 || PASSING_STATUSES.has(status);
  return new IdaFault(
    transient ? 'transient' : 'configuration',
    'profile',
    transient ? 'unknown' : 'not-asked',
    'MTS-IDA-103',
    `${errorText('MTS-IDA-103')} (${host}: HTTP ${status})`,
  );
}

/** 2xx, but not IDA's JSON. Something may have rewritten an answer of IDA, so what became of the call is open. */
export function notIda(host: string, status: number, what: string): IdaFault {
  return new IdaFault(
    'configuration',
    'profile',
    'unknown',
    'MTS-IDA-104',
    `${errorText('MTS-IDA-104')} (${host}: HTTP ${status}, ${what})`,
  );
}

/** Somebody listens to what undici does, which includes the path of each call. */
export function traced(): IdaFault {
  return new IdaFault('configuration', 'profile', 'not-asked', 'MTS-IDA-111', errorText('MTS-IDA-111'));
}

/** The person was confirmed, so asked: only the token is missing. */
export function noToken(host: string): IdaFault {
  return new IdaFault(
    'configuration',
    'profile',
    'unknown',
    'MTS-IDA-105',
    `${errorText('MTS-IDA-105')} (${host})`,
  );
}

/**
 * The answer cannot be believed, not even in that somebody was asked, so the effect is open. Asking on would only
 * collect more answers of the kind until the pin is mended, or whoever answers is gone: a matter of the whole profile.
 */
export function unproven(host: string, reason: string): IdaFault {
  return new IdaFault(
    'configuration',
    'profile',
    'unknown',
    'MTS-IDA-106',
    `${errorText('MTS-IDA-106')} (${host}: ${reason})`,
  );
}
