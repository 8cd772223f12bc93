import { describe, expect, it } from 'vitest';

import { forbiddenName } from './forbidden-names.js';

describe('a name that reaches out of the record', () => {
  it.each([
    ['env', 'env'],
    ['$ENV.PATH', '$ENV'],
    ['{a: $ENV}', '$ENV'],
    ['{$ENV}', '$ENV'],
    ['$JQ_BUILD_CONFIGURATION', '$JQ_BUILD_CONFIGURATION'],
    ['input', 'input'],
    ['[inputs]', 'inputs'],
    ['{a: input}', 'input'],
    ['{a: (1, input)}', 'input'],
    ['{(input): 1}', 'input'],
    ['.a|input', 'input'],
    ['..|input', 'input'],
    ['first(inputs; 1)', 'inputs'],
    ['try input catch .', 'input'],
    ['"\\(input)"', 'input'],
    ['"a \\("b \\(env) c") d"', 'env'],
    ['@sh "x \\(env)"', 'env'],
    ['"\\\\\\(env)"', 'env'],
    ['# a comment\nenv', 'env'],
    ['# a comment \\\\\nenv', 'env'],
    ['.a # x\n| input', 'input'],
    ['include "a"; .', 'include'],
    ['import "a" as a; .', 'import'],
    ['module {}; .', 'module'],
    ['"a" | modulemeta', 'modulemeta'],
    ['get_search_list', 'get_search_list'],
    ['debug', 'debug'],
    ['debug("x")', 'debug'],
    ['stderr', 'stderr'],
    ['halt', 'halt'],
    ['"x" | halt_error', 'halt_error'],
    ['halt_error(1)', 'halt_error'],
    ['input_filename', 'input_filename'],
    ['input_line_number', 'input_line_number'],
    ['1e5 | env', 'env'],
    ['.5 | env', 'env'],
    ['[.input, {input: env}]', 'env'],
  ])('is found in %s', (program, name) => {
    expect(forbiddenName(program)).toEqual({ name, advice: expect.stringMatching(/^[a-z].*[^.]$/) });
  });

  it.each([
    '.input',
    '.input.env',
    '.["input"]',
    '."input"',
    '{input, env}',
    '{input: 1, env: 2}',
    '{a: 1, input}',
    '{a: {input}}',
    '. as {input: $x} | $x',
    '.a as $input | $input',
    '"input env $ENV"',
    '"\\"" + "env"',
    '"\\\\(env)"',
    '# input env\n.',
    '# odd \\\nenv\n.',
    'inputs_of',
    'environment',
    '.input_filename',
    '@text "env"',
    '..|.input?',
    '.a?.env',
  ])('is not seen in %s, where it is something else', (program) => {
    expect(forbiddenName(program)).toBeUndefined();
  });

  it('is looked for in no time, whatever stands there', () => {
    for (const text of [
      '"'.repeat(16_000),
      '\\'.repeat(16_000),
      '"\\('.repeat(5000),
      '#\\'.repeat(8000),
      '{'.repeat(16_000),
    ]) {
      expect(forbiddenName(text)).toBeUndefined();
    }
  });
});
