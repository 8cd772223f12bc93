import { DEFAULT_PROFILE, PROFILES, type ProfileName } from './service/profiles.js';
import type { SimulatorOptions } from './simulator.js';

const NAMES = [
  'IDA_SIMULATOR_DIR',
  'IDA_SIMULATOR_POPULATION',
  'IDA_SIMULATOR_PORT',
  'IDA_SIMULATOR_VERSION',
] as const;

/**
 * The options of the process, from its environment.
 * @throws Error whose message is one sentence for whoever started it
 */
export function readOptions(env: Readonly<Record<string, string | undefined>>): SimulatorOptions {
  const unknown = Object.keys(env).find(
    (name) => name.startsWith('IDA_SIMULATOR_') && !NAMES.some((known) => known === name),
  );
  if (unknown !== undefined) throw new Error(`${unknown} is not an option; known are ${NAMES.join(', ')}.`);
  const [dir = '', population = '', port = '', version = DEFAULT_PROFILE] = NAMES.map((name) => env[name]);
  if (dir === '') throw new Error('IDA_SIMULATOR_DIR must name the directory of the keys and certificates.');
  if (population === '') throw new Error('IDA_SIMULATOR_POPULATION must name the population file (NDJSON).');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error('IDA_SIMULATOR_PORT must be a port number, or 0 for any free port.');
  }
  const profile = Object.keys(PROFILES).find((name): name is ProfileName => name === version);
  if (profile === undefined) {
    throw new Error(`IDA_SIMULATOR_VERSION must be one of ${Object.keys(PROFILES).join(', ')}.`);
  }
  return { dir, population, port: Number(port), version: profile };
}
