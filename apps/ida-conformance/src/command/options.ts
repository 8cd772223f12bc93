import { parseArgs } from 'node:util';

import { TOUCHES, type Touch, type Version, VERSIONS } from '../cases/case.js';
import { UsageError } from './usage-error.js';

export const USAGE = `Usage: npm run ida:conformance -- --url https://host/idauthentication/v1/auth --profile 1.2.0.1 [options]

       npm run ida:conformance -- --simulator [--profile 1.2.0.1]

Finds out, case by case, whether an IDA does what MOSIP's documents and source say, and writes a report.
First it shows what it would do. Without --run only cases are run that touch nobody.

  --simulator               try it on the simulator that comes along: starts one with test people of its own,
                            and runs every kind of case, as nobody real is touched

  --url <url>               of the /auth call; or MTS_IDA_AUTH_URL
  --profile <version>       ${VERSIONS.join(', ')}; 1.2.0.1 by default, or MTS_IDA_VERSION
  --config <file>           JSON with all connection data, also secrets; docs/guide/ida-conformance.md
  --identities <file>       JSON with the test identities; without it they are asked for
  --partner-id <id>         or MTS_IDA_PARTNER_ID
  --p12 <file>              key and certificate of the partner; or MTS_IDA_PARTNER_P12_FILE
  --ida-certificate <file>  to encrypt for; or MTS_IDA_CERTIFICATE_FILE
  --sign-certificate <file> that must have signed the answers; or MTS_IDA_SIGN_CERTIFICATE_FILE
  --domain-uri <uri>        one that IDA is configured with; or MTS_IDA_DOMAIN_URI

  --run <kinds>             notifying (messages to the test residents), consuming (uses up VIDs),
                            dangerous (may keep a thread of IDA busy for ever); several with commas
  --only <ids>              only cases whose ids begin so, such as signature,envelope.padded
  --list                    show the plan and end
  --per-second <number>     most calls in a second, 2 by default, 50 with --simulator
  --answer-timeout <s>      seconds to wait for an answer, 10 by default, 2 with --simulator
  --report <folder>         where report.json and report.md go, ida-conformance-report by default,
                            ida-conformance-report/simulator with --simulator
  --help

Secrets are never options. They stand in the --config file, in MTS_IDA_MISP_LICENCE_KEY, MTS_IDA_API_KEY and
MTS_IDA_PARTNER_P12_PASSWORD, or are asked for.
Exit code: 0 as expected, 1 some case deviates, 2 not (wholly) run, 130 interrupted before the first case.
`;

const SPECIFICATION = {
  simulator: { type: 'boolean' },
  url: { type: 'string' },
  profile: { type: 'string' },
  config: { type: 'string' },
  identities: { type: 'string' },
  'partner-id': { type: 'string' },
  p12: { type: 'string' },
  'ida-certificate': { type: 'string' },
  'sign-certificate': { type: 'string' },
  'domain-uri': { type: 'string' },
  run: { type: 'string', multiple: true },
  only: { type: 'string', multiple: true },
  list: { type: 'boolean' },
  'per-second': { type: 'string' },
  'answer-timeout': { type: 'string' },
  report: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Connection and people, and the consent to touch them. */
const BROUGHT_BY_SIMULATOR = [
  'url',
  'config',
  'identities',
  'partner-id',
  'p12',
  'ida-certificate',
  'sign-certificate',
  'domain-uri',
  'run',
] as const satisfies readonly (keyof typeof SPECIFICATION)[];

const DEFAULTS = { perSecond: '2', answerTimeoutSeconds: '10', report: 'ida-conformance-report' } as const;
/** Nobody counts its calls, it answers at once, and its report does not replace one of a real IDA. */
const SIMULATOR_DEFAULTS = {
  perSecond: '50',
  answerTimeoutSeconds: '2',
  report: `${DEFAULTS.report}/simulator`,
} as const;

/** How the command was called. */
export interface Options {
  readonly isHelp: boolean;
  readonly isList: boolean;
  /** On a simulator that is started for this run alone. */
  readonly isSimulator: boolean;
  readonly config: string | undefined;
  readonly identities: string | undefined;
  /** Connection data by their names in the configuration file. */
  readonly connection: Readonly<Record<string, string | undefined>>;
  readonly version: Version | undefined;
  readonly run: ReadonlySet<Touch>;
  readonly only: readonly string[];
  readonly perSecond: number;
  readonly answerTimeoutMs: number;
  readonly report: string;
}

/** @throws UsageError */
export function readOptions(args: readonly string[]): Options {
  const values = parsed(args);
  const isSimulator = values.simulator === true;
  const surplus = BROUGHT_BY_SIMULATOR.find((name) => values[name] !== undefined);
  if (isSimulator && surplus !== undefined) {
    throw new UsageError(`--simulator brings what it needs, so --${surplus} is of no use beside it`);
  }
  const defaults = isSimulator ? SIMULATOR_DEFAULTS : DEFAULTS;
  return {
    isHelp: values.help === true,
    isList: values.list === true,
    isSimulator,
    config: values.config,
    identities: values.identities,
    connection: {
      url: values.url,
      partnerId: values['partner-id'],
      p12: values.p12,
      idaCertificate: values['ida-certificate'],
      signCertificate: values['sign-certificate'],
      domainUri: values['domain-uri'],
    },
    version: values.profile === undefined ? undefined : versionOf(values.profile, '--profile'),
    run: new Set<Touch>(isSimulator ? TOUCHES : ['nobody', ...listed(values.run).map(kindOf)]),
    only: listed(values.only),
    perSecond: positive(values['per-second'] ?? defaults.perSecond, '--per-second', 50),
    answerTimeoutMs:
      1000 * positive(values['answer-timeout'] ?? defaults.answerTimeoutSeconds, '--answer-timeout', 600),
    report: values.report ?? defaults.report,
  };
}

export function versionOf(text: string, option: string): Version {
  const version = VERSIONS.find((each) => each === text);
  if (version === undefined) throw new UsageError(`${option} must be one of ${VERSIONS.join(', ')}`);
  return version;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: SPECIFICATION }).values;
  } catch {
    // Not its own text: it repeats what was given, which could be a secret that nobody should give here.
    const option = args
      .map((arg) => arg.split('=')[0] ?? '')
      .find((name) => name.startsWith('--') && !Object.hasOwn(SPECIFICATION, name.slice(2)));
    throw new UsageError(
      option === undefined
        ? 'An option lacks its value, or a value its option'
        : `There is no option ${option}`,
    );
  }
}

function listed(values: readonly string[] = []): readonly string[] {
  return values.flatMap((value) => value.split(',')).filter((value) => value !== '');
}

function kindOf(text: string): Touch {
  const kind = TOUCHES.find((touch) => touch === text);
  if (kind === undefined)
    throw new UsageError('--run must be notifying, consuming or dangerous, or several with commas');
  return kind;
}

function positive(text: string, option: string, most: number): number {
  const value = Number(text);
  if (!(value > 0 && value <= most))
    throw new UsageError(`${option} must be a number above 0, at most ${most}`);
  return value;
}
