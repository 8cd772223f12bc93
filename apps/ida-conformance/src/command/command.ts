import { CASES } from '../cases/index.js';
import { conduct, consent } from '../conduct.js';
import type { OtherName } from '../exchange/changes.js';
import { type Identities, NO_IDENTITIES } from '../identities.js';
import { type Planned, planOf } from '../plan.js';
import { planText } from '../plan-text.js';
import { countsOf, reportOf } from '../report/report.js';
import { writeReport } from '../report/write.js';
import { Runner } from '../run.js';
import { type Origin, readConnection, readEntitlements, readOthers, readVersion } from './connection.js';
import { readPrivateJson } from './files.js';
import { askForIdentities, identitiesOf } from './identities.js';
import { type Options, readOptions, USAGE } from './options.js';
import type { Terminal } from './terminal.js';

/** 0: as expected; 1: some case deviates; 2: not, or not wholly, run. */
export type ExitCode = 0 | 1 | 2;

export interface Surroundings {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly stop: AbortSignal;
}

/** The whole command. @throws UsageError */
export async function command({ args, env, terminal, stop }: Surroundings): Promise<ExitCode> {
  const options = readOptions(args);
  if (options.isHelp) {
    terminal.print(USAGE);
    return 0;
  }
  const file = options.config === undefined ? {} : await privateJson('--config', options.config, terminal);
  const origin: Origin = { options, file, env, terminal };
  const connection = options.isList ? undefined : await readConnection(origin);
  const identities = await readIdentities(options, terminal);
  const planned = plan(origin, identities);
  terminal.print(planText(planned, identities));
  if (connection === undefined) return 0;

  const allowed = await consent(planned, options.run, identities, terminal);
  const startedAt = new Date();
  const askOtp = async (): Promise<string> =>
    terminal.askHidden('The OTP that IDA has sent to the test person: ');
  const runner = new Runner({ connection, identities, perSecond: options.perSecond, askOtp });
  terminal.print('');
  const { results, endedEarly } = await conduct(planned, allowed, runner, { print: terminal.print, stop });

  const report = reportOf({ startedAt, endedAt: new Date(), endedEarly, connection, results });
  const files = await writeReport(options.report, report);
  const { ok, deviates, settled, skipped } = countsOf(results);
  if (endedEarly !== undefined) terminal.print(`\nEnded early: ${endedEarly}.`);
  terminal.print(
    `\n${ok} as expected, ${deviates} deviate, ${settled} settled, ${skipped} not run. ${files.join(', ')}`,
  );
  if (endedEarly !== undefined) return 2;
  return deviates > 0 ? 1 : 0;
}

function plan(origin: Origin, identities: Identities): readonly Planned[] {
  const { only } = origin.options;
  const others = readOthers(origin.file);
  const cases = CASES.filter(({ id }) => only.length === 0 || only.some((start) => id.startsWith(start)));
  return planOf(cases, {
    version: readVersion(origin),
    identities,
    entitlements: readEntitlements(origin),
    others: new Set(Object.keys(others) as OtherName[]),
    hasOtherPartner: others.partnerP12 !== undefined,
  });
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
