import { connect } from 'node:net';
import { once } from 'node:events';

import { Database } from '@mts/store';
import { expect, it } from 'vitest';

import { systemFault } from './system-fault.js';

const NOBODY_LISTENS = 'postgres://user:secret@127.0.0.1:1/none';

it('tells a database that cannot be reached', async () => {
  const opening = Database.open({ url: NOBODY_LISTENS, schema: 'mts', app: 'spec', connectionsMax: 2 });
  const error: unknown = await opening.catch((reason: unknown) => reason);
  expect(systemFault(error)).toMatchObject({ code: 'MTS-SYS-001', status: 503 });
  expect(systemFault(new Error('outer', { cause: error }))).toMatchObject({ code: 'MTS-SYS-001' });
});

it('tells a socket that could not be had', async () => {
  const socket = connect(1, '127.0.0.1');
  const error: unknown = await once(socket, 'connect').catch((reason: unknown) => reason);
  expect(systemFault(error)?.code).toBe('MTS-SYS-001');
});

it.each([
  ['57P01', 'MTS-SYS-001'],
  ['57P03', 'MTS-SYS-001'],
  ['08006', 'MTS-SYS-001'],
  ['53300', 'MTS-SYS-001'],
  ['25P03', 'MTS-SYS-001'],
  ['55P03', 'MTS-SYS-001'],
  ['40P01', 'MTS-SYS-001'],
  ['53100', 'MTS-SYS-002'],
  ['23505', undefined],
  ['57014', undefined],
])('takes SQLSTATE %s for %s', (code, answer) => {
  expect(systemFault(Object.assign(new Error('m'), { code }))?.code).toBe(answer);
});

it('takes nothing else for a fault of the database', () => {
  expect(systemFault(new TypeError('a defect'))).toBeUndefined();
  expect(systemFault('ECONNREFUSED')).toBeUndefined();
});
