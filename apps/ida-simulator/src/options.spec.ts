import { describe, expect, it } from 'vitest';

import { readOptions } from './options.js';

const COMPLETE = {
  PATH: '/bin',
  IDA_SIMULATOR_DIR: '/srv/pki',
  IDA_SIMULATOR_POPULATION: '/srv/population.ndjson',
  IDA_SIMULATOR_PORT: '0',
};

describe('the options of the process', () => {
  it('come from the environment', () => {
    expect(readOptions(COMPLETE)).toEqual({
      dir: '/srv/pki',
      population: '/srv/population.ndjson',
      port: 0,
      version: '1.2.0.1',
    });
  });

  it.each(['1.1.5', '1.2.0', '1.2.0.1', '1.2.1', '1.3.0'])('name the version: %s', (version) => {
    expect(readOptions({ ...COMPLETE, IDA_SIMULATOR_VERSION: version })).toMatchObject({ version });
  });

  it.each([
    [{ IDA_SIMULATOR_VERSION: '1.4' }, 'IDA_SIMULATOR_VERSION must be one of 1.1.5, 1.2.0,'],
    [{ IDA_SIMULATOR_DIR: '' }, 'IDA_SIMULATOR_DIR must name'],
    [{ IDA_SIMULATOR_POPULATION: undefined }, 'IDA_SIMULATOR_POPULATION must name'],
    [{ IDA_SIMULATOR_PORT: undefined }, 'IDA_SIMULATOR_PORT must be a port number'],
    [{ IDA_SIMULATOR_PORT: '65536' }, 'IDA_SIMULATOR_PORT must be a port number'],
    [{ IDA_SIMULATOR_PORT: '-1' }, 'IDA_SIMULATOR_PORT must be a port number'],
    [
      { IDA_SIMULATOR_POPULATON: '/x' },
      'IDA_SIMULATOR_POPULATON is not an option; known are IDA_SIMULATOR_DIR',
    ],
  ])('are refused with a sentence: %j', (change, sentence) => {
    expect(() => readOptions({ ...COMPLETE, ...change })).toThrow(sentence);
  });
});
