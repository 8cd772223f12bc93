import { readAllowedEntry } from '../outbound/allow-list.js';

import { list } from './kinds.js';
import { option } from './option.js';

/** Where the program calls on a caller's word: callbacks, log-ins, sources. */
export const OUTBOUND_OPTIONS = {
  outboundAllowed: option({
    env: 'MTS_OUTBOUND_ALLOWED',
    kind: list(
      'host names (odk.example.org, *.svc.cluster.local), addresses, each with :port if wanted, and networks (10.0.0.0/8)',
      (part) => readAllowedEntry(part) !== undefined,
    ),
    fallback: [],
    readers: ['gateway', 'seeder'],
    meaning:
      'What callers may name as the address of a callback, a log-in or a source beside public hosts over https on port 443 or 8443: these also over http, on any port unless one is given, and inside private networks. A name is trusted whatever it resolves to; a network admits every name that resolves into it.',
  }),
} as const;
