import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { command, type ExitCode } from '../command/command.js';
import { Interruption } from '../command/interruption.js';
import type { SimulatedIda } from './simulated-ida.js';

/** The answer of somebody who presses Ctrl-C instead. */
export const INTERRUPT = '\u0003';

/** What a run of the command leaves behind. */
export interface Finished {
  readonly code: ExitCode;
  readonly output: string;
  readonly report: () => Promise<string>;
}

export interface CommandLine {
  readonly args?: readonly string[];
  /** Whoever sits at the terminal answers questions by what they contain; nobody is there without it. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly stop?: AbortController;
  readonly onPrint?: (text: string) => void;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command in this process, in a folder of its own. */
export async function run({ args = [], answers, stop, onPrint, env = {} }: CommandLine): Promise<Finished> {
  const folder = await temporaryFolder();
  const printed: string[] = [];
  const print = (text: string): void => {
    printed.push(text);
    onPrint?.(text);
  };
  const ask = async (question: string): Promise<string> => {
    print(question);
    const answer = Object.entries(answers ?? {}).find(([part]) => question.includes(part))?.[1] ?? '';
    if (answer === INTERRUPT) throw new Interruption();
    return answer;
  };
  const code = await command({
    args: ['--report', folder, '--per-second', '50', ...args],
    env,
    terminal: { isInteractive: answers !== undefined, print, ask, askHidden: ask },
    stop: (stop ?? new AbortController()).signal,
  });
  return {
    code,
    output: printed.join('\n'),
    report: async () =>
      (
        await Promise.all(
          ['report.json', 'report.md'].map(async (name) => readFile(join(folder, name), 'utf8')),
        )
      ).join(),
  };
}

/** The options that lead to a simulator, with all that is secret in files. */
export async function connected(ida: SimulatedIda, more: object = {}): Promise<readonly string[]> {
  const folder = await temporaryFolder();
  const { partnerId, apiKey, mispLicenceKey, p12Password, domainUri } = ida.relyingParty;
  const config = {
    url: ida.authUrl,
    partnerId,
    apiKey,
    mispLicenceKey,
    p12Password,
    domainUri,
    p12: ida.file('partner.p12'),
    idaCertificate: ida.file('ida-partner.cer'),
    signCertificate: ida.file('ida-sign.cer'),
    ...more,
  };
  const { ids, ...person } = ida.population.identities;
  await writeFile(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  await writeFile(join(folder, 'identities.json'), JSON.stringify({ ...ids, ...person }), { mode: 0o600 });
  return ['--config', join(folder, 'config.json'), '--identities', join(folder, 'identities.json')];
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mts-conformance-'));
  onTestFinished(async () => rm(folder, { recursive: true }));
  return folder;
}
