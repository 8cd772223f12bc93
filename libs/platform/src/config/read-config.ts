import { readFileSync } from 'node:fs';

import type { Option } from './option.js';
import { OPTIONS, type OptionName, type OptionValue } from './options.js';

export type Config<N extends OptionName> = { readonly [K in N]: OptionValue<K> };
export type Environment = Readonly<Record<string, string | undefined>>;

/** A wrong or missing option. Its message is one sentence that names the variable and what is expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the named options from the environment.
 *
 * Blank counts as absent, and quotes around a value are dropped: deployments of the original write them and its
 * configuration library strips them.
 * @throws ConfigError for the first option that is wrong or missing; never shows the value of a secret.
 */
export function readConfig<N extends OptionName>(names: readonly N[], environment: Environment): Config<N> {
  const config: Partial<Record<OptionName, unknown>> = {};
  for (const name of names) config[name] = readOption<unknown>(OPTIONS[name], environment);
  return config as Config<N>;
}

function readOption<T>(option: Option<T>, environment: Environment): T | undefined {
  const given = findValue(option, environment);
  if (given === undefined) {
    if (option.fallback !== undefined || option.mayBeAbsent) return option.fallback;
    throw new ConfigError(`${option.env} is missing: it must be ${option.kind.expects}. ${option.meaning}`);
  }
  const value = option.kind.read(given.text);
  if (value === undefined) {
    const shown = option.secret ? '' : `, not ${JSON.stringify(given.text)}`;
    throw new ConfigError(`${given.variable} must be ${option.kind.expects}${shown}.`);
  }
  return value;
}

function findValue<T>(
  option: Option<T>,
  environment: Environment,
): { variable: string; text: string } | undefined {
  const variables = [option.env, ...(option.alias === undefined ? [] : [option.alias])];
  for (const variable of variables) {
    const text = unquote(environment[variable]);
    if (text !== undefined) return { variable, text };
    const file = option.secret ? unquote(environment[`${variable}_FILE`]) : undefined;
    if (file !== undefined)
      return { variable: `${variable}_FILE`, text: readSecret(`${variable}_FILE`, file) };
  }
  return undefined;
}

function readSecret(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(
      `${variable} names ${file}, which cannot be read: mount the file or correct the path.`,
      { cause: error },
    );
  }
}

function unquote(value: string | undefined): string | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  // A value of blanks inside quotes is meant (a delimiter); blanks alone are not.
  return /^\s*(["'])(.*)\1\s*$/s.exec(value)?.[2] ?? value.trim();
}
