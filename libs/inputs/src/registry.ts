import { csvInput } from './csv/index.js';
import { jsonInput } from './json/index.js';

/** Every input: one folder of this package, one line here. */
export const INPUTS = [csvInput, jsonInput] as const;

export type InputId = (typeof INPUTS)[number]['id'];
