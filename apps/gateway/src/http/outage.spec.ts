import { until } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { GatewayFixture } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

interface Line {
  readonly level: string;
  readonly msg: string;
}

/** What is logged at the usual level, from the n-th line on. */
function told(from: number): readonly Line[] {
  const lines = gateway.logLines.slice(from).map((line) => JSON.parse(line) as Line);
  return lines.filter(({ level }) => level !== 'debug');
}

it('an outage of the database is one line when it begins and one when it is over, however many calls fail', async () => {
  const from = gateway.logLines.length;
  gateway.line.cut();
  for (const path of [
    '/health/ready',
    '/health',
    '/authtoken/requests',
    '/authtoken/requests',
    '/health/ready',
  ])
    expect((await supertest(gateway.url).get(path)).status).toBe(503);
  gateway.line.mend();
  await until(() => told(from).some(({ level }) => level === 'info'));
  expect(told(from)).toEqual([
    expect.objectContaining({ level: 'error', msg: expect.stringContaining('MTS-SYS-001') }),
    expect.objectContaining({ level: 'info', msg: 'the database can be used again' }),
  ]);
  expect(JSON.stringify(told(from))).not.toContain('stack');
  expect((await supertest(gateway.url).get('/health/ready')).status).toBe(200);
});
