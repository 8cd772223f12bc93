import { csvInput } from './csv/index.js';
import { jsonInput } from './json/index.js';
import { odkInput } from './odk/index.js';

/** Every input: one folder of this package, one line here. */
export const INPUTS = [csvInput, jsonInput, odkInput] as const;

export type InputId = (typeof INPUTS)[number]['id'];
