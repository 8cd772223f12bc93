import { isTraced } from '@mts/ida-client';

import { CASES } from '../cases/index.js';
import { conduct, consent } from '../conduct.js';
import type { OtherName } from '../exchange/changes.js';
import { type Identities, NO_IDENTITIES } from '../identities.js';
import { type Planned, planOf } from '../plan.js';
import { planText } from '../plan-text.js';
import { type Report, reportOf } from '../report/report.js';
import { prepareFolder, writeReport } from '../report/write.js';
import { Runner } from '../run.js';
import { type Origin, readConnection, readEntitlements, readOthers, readVersion } from './connection.js';
import { readPrivateJson } from './files.js';
import { askForIdentities, identitiesOf } from './identities.js';
import { type Options, readOptions, USAGE } from './options.js';
import { type Subject, withSimulator } from './simulated.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

/** 0: as expected; 1: some case deviates; 2: not, or not wholly, run. */
export type ExitCode = 0 | 1 | 2;

export interface Surroundings {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly stop: AbortSignal;
}

/** The whole command. @throws UsageError; Interruption at a question */
export async function command({ args, env, terminal, stop }: Surroundings): Promise<ExitCode> {
  const options = readOptions(args);
  if (isTraced()) {
    throw new UsageError(
      'The HTTP calls of this process are traced (NODE_DEBUG=undici, a tracing agent), and a trace would hold the licence key and the API key: switch that off',
    );
  }
  if (options.isHelp) {
    terminal.print(USAGE);
    return 0;
  }
  if (options.isSimulator)
    return withSimulator({ options, env, terminal }, async (set) => examine(set, stop));
  const file = options.config === undefined ? {} : await privateJson('--config', options.config, terminal);
  const origin: Origin = { options, file, env, terminal };
  return examine({ origin, readIdentities: async () => readIdentities(options, terminal) }, stop);
}

/** Shows the plan, runs what is allowed of it, and reports. */
async function examine({ origin, readIdentities: read }: Subject, stop: AbortSignal): Promise<ExitCode> {
  const { options, terminal } = origin;
  const connection = options.isList ? undefined : await readConnection(origin);
  const identities = await read();
  const planned = plan(origin, identities);
  terminal.print(planText(planned, identities));
  if (connection === undefined) return 0;

  await prepareFolder(options.report);
  const allowed = await consent(planned, options.run, identities, terminal);
  const startedAt = new Date();
  const askOtp = async (): Promise<string> =>
    terminal.askHidden('The OTP that IDA has sent to the test person: ');
  const runner = new Runner({ connection, identities, perSecond: options.perSecond, askOtp });
  terminal.print('');
  const { results, endedEarly } = await conduct(planned, allowed, runner, { print: terminal.print, stop });

  const { isSimulator } = options;
  const run = { startedAt, endedAt: new Date(), endedEarly, isSimulator, connection, results };
  const report = reportOf(run);
  const files = await writeReport(options.report, report);
  terminal.print(ending(report, files));
  if (endedEarly !== undefined) return 2;
  return report.counts.deviates > 0 ? 1 : 0;
}

function ending({ endedEarly, commonCause, counts }: Report, files: readonly string[]): string {
  const { ok, deviates, settled, skipped } = counts;
  return [
    ...(endedEarly === null ? [] : [`Ended early: ${endedEarly}.`]),
    ...(commonCause === null ? [] : [commonCause]),
    `${ok} as expected, ${deviates} deviate, ${settled} settled, ${skipped} not run. ${files.join(', ')}`,
  ]
    .map((line) => `\n${line}`)
    .join('\n');
}

/** @throws UsageError if `--only` names something that no case of this version is called */
function plan(origin: Origin, identities: Identities): readonly Planned[] {
  const { only } = origin.options;
  const others = readOthers(origin.file);
  const version = readVersion(origin);
  const cases = CASES.filter(({ id }) => only.length === 0 || only.some((start) => id.startsWith(start)));
  const planned = planOf(cases, {
    version,
    identities,
    entitlements: readEntitlements(origin),
    others: new Set(Object.keys(others) as OtherName[]),
    hasOtherPartner: others.partnerP12 !== undefined,
  });
  const unmatched = only.find((start) => !planned.some(({ case: { id } }) => id.startsWith(start)));
  if (unmatched === undefined) return planned;
  throw new UsageError(
    `--only: no case for ${version} has an id that begins with ${unmatched}; --list shows all`,
  );
}

async function readIdentities({ identities, isList }: Options, terminal: Terminal): Promise<Identities> {
  if (identities !== undefined) return identitiesOf(await privateJson('--identities', identities, terminal));
  return terminal.isInteractive && !isList ? askForIdentities(terminal) : NO_IDENTITIES;
}

async function privateJson(what: string, path: string, terminal: Terminal) {
  const { json, warning } = await readPrivateJson(what, path);
  if (warning !== undefined) terminal.print(warning);
  return json;
}
