import { readFileSync } from 'node:fs';

import { text } from './kinds.js';
import type { Option } from './option.js';
import { OPTIONS, type OptionName, type OptionValue } from './options.js';
import { RULES } from './rules.js';

export type Config<N extends OptionName> = { readonly [K in N]: OptionValue<K> };
export type Environment = Readonly<Record<string, string | undefined>>;

/** Wrong or missing options. Its message has a line for each, which names the variable and what is expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the named options from the environment.
 *
 * Blank counts as absent, and quotes around a value are dropped: deployments of the original write them and its
 * configuration library strips them.
 * @throws ConfigError for all options that are wrong or missing, or do not fit together; never shows the value of a
 *   secret.
 */
export function readConfig<N extends OptionName>(names: readonly N[], environment: Environment): Config<N> {
  const { config, problems } = readNamed(names, environment);
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return config as Config<N>;
}

/** What {@link readConfig} would refuse, a line each. */
export function configProblems(names: readonly OptionName[], environment: Environment): readonly string[] {
  return readNamed(names, environment).problems;
}

interface Reading {
  /** Of an option that is wrong, nothing. */
  readonly config: Partial<Record<OptionName, unknown>>;
  readonly problems: readonly string[];
}

function readNamed(names: readonly OptionName[], environment: Environment): Reading {
  const config: Partial<Record<OptionName, unknown>> = {};
  const problems: string[] = [];
  for (const name of names) {
    const reading = readOption<unknown>(OPTIONS[name], environment);
    if ('problem' in reading) problems.push(reading.problem);
    else config[name] = reading.value;
  }
  const applicable = RULES.filter(({ of }) => of.every((name) => name in config));
  const broken = applicable.map(({ problemOf }) => problemOf(config)).filter((one) => one !== undefined);
  return { config, problems: [...problems, ...broken] };
}

interface Problem {
  readonly problem: string;
}

interface Given {
  readonly variable: string;
  readonly text: string;
}

function readOption<T>(option: Option<T>, environment: Environment): { value: T | undefined } | Problem {
  const given = findValue(option, environment);
  if (given === undefined) {
    const isNeeded = option.fallback === undefined && !option.mayBeAbsent;
    return isNeeded ? { problem: missing(option) } : { value: option.fallback };
  }
  if ('problem' in given) return given;
  const value = option.kind.read(given.text);
  if (value !== undefined) return { value };
  const shown = option.secret ? '' : `, not ${JSON.stringify(given.text)}`;
  return { problem: `${given.variable} must be ${option.kind.expects}${shown}.` };
}

function missing<T>({ env, kind, meaning }: Option<T>): string {
  const [purpose] = meaning.split(/(?<=\.) /, 1);
  // Of a text nothing can be said: any will do.
  const expected = kind === text ? '' : `: it must be ${kind.expects}`;
  return `${env} is missing${expected}. ${purpose}`;
}

function findValue<T>(option: Option<T>, environment: Environment): Given | Problem | undefined {
  const variables = [option.env, ...(option.alias === undefined ? [] : [option.alias])];
  for (const variable of variables) {
    const value = unquote(environment[variable]);
    if (value !== undefined) return { variable, text: value };
    const file = option.secret ? unquote(environment[`${variable}_FILE`]) : undefined;
    if (file !== undefined) return readSecret(`${variable}_FILE`, file);
  }
  return undefined;
}

function readSecret(variable: string, file: string): Given | Problem {
  try {
    return { variable, text: readFileSync(file, 'utf8').trim() };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const reason = `cannot be read (${String(error.code)}): mount the file or correct the path`;
    return { problem: `${variable} names ${file}, which ${reason}.` };
  }
}

function unquote(value: string | undefined): string | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  // A value of blanks inside quotes is meant (a delimiter); blanks alone are not.
  return /^\s*(["'])(.*)\1\s*$/s.exec(value)?.[2] ?? value.trim();
}
