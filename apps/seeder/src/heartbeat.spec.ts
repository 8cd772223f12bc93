import { hostname } from 'node:os';

import { createLogger } from '@mts/platform';
import type { InFlightGrant, SeederFigures, SeederStore } from '@mts/store';
import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Backlog } from './authenticate/backlog.js';
import { CallFigures } from './authenticate/call-figures.js';
import { CallGate } from './authenticate/call-gate.js';
import { InFlightLimit } from './authenticate/in-flight-limit.js';
import { InFlightShare } from './authenticate/in-flight-share.js';
import { Heartbeat } from './heartbeat.js';

const NEVER = new AbortController().signal;
const CLAIM = { urgency: 'listed', requestId: 'r' } as const;

/** A table of seeders that grants what a test says. */
class Table implements Pick<SeederStore, 'beat' | 'beatAndShare' | 'leave'> {
  readonly beats: SeederFigures[] = [];
  readonly usableMax: number[] = [];
  grants: InFlightGrant[] = [];
  isAway = false;
  left: string | undefined;

  async beat(_id: string, figures: SeederFigures): Promise<void> {
    this.beats.push(figures);
    if (this.isAway) throw new Error('no database');
    return Promise.resolve();
  }

  async beatAndShare(id: string, figures: SeederFigures, usableMax: number): Promise<InFlightGrant> {
    await this.beat(id, figures);
    this.usableMax.push(usableMax);
    const [grant = { granted: 0, fair: 0 }] = this.grants;
    if (this.grants.length > 1) this.grants.shift();
    return grant;
  }

  async leave(id: string): Promise<void> {
    if (this.isAway) throw new Error('no database');
    this.left = id;
    return Promise.resolve();
  }
}

let table: Table;
let logLines: string[];
let heartbeat: Heartbeat;
beforeEach(() => {
  [table, logLines] = [new Table(), []];
});
afterEach(async () => heartbeat.stop());

function heartbeatWith(placesMaxAll?: number) {
  const [limit, share] = [new InFlightLimit({ placesMax: 32 }), new InFlightShare(placesMaxAll)];
  const gate = new CallGate(limit, share);
  const backlog = new Backlog(gate);
  for (const requestId of ['a', 'b', 'c', 'c']) backlog.add(requestId);
  heartbeat = new Heartbeat({
    seederId: 'me',
    store: table as unknown as SeederStore,
    gate,
    limit,
    share,
    figures: new CallFigures(),
    backlog,
    ratePerSecondMax: 'none',
    logger: createLogger({ app: 'seeder', level: 'debug', write: (line) => logLines.push(line) }),
  });
  return { gate, share };
}

it('tells what the seeder does, and that it ends', async () => {
  const { gate } = heartbeatWith();
  await gate.enter(CLAIM, NEVER);
  await heartbeat.start();
  expect(table.beats).toEqual([
    {
      host: hostname(),
      processId: process.pid,
      lists: 3,
      inFlight: 1,
      inFlightLimit: 8,
      inFlightMax: 32,
      inFlightMaxAll: null,
      latencyMs: null,
      callsPerSecond: 0,
      ratePerSecondMax: null,
    },
  ]);
  await heartbeat.stop();
  expect(table.left).toBe('me');
});

it('goes on, and ends, without a database, and says so', async () => {
  heartbeatWith();
  table.isAway = true;
  await heartbeat.start();
  await heartbeat.stop();
  expect(logLines).toHaveLength(2);
  expect(logLines[1]).toContain('could not be told that this seeder ends');
});

describe('a share of the places of all seeders', () => {
  it('lets in those who wait once it is granted', async () => {
    const { gate } = heartbeatWith(10);
    const place = gate.enter(CLAIM, NEVER);
    table.grants = [{ granted: 3, fair: 3 }];
    await heartbeat.start();
    expect([await place, gate.inFlight]).toMatchObject([{ sentUntilMs: Infinity }, 1]);
  });

  it('that is to shrink is kept to at once, and given back by a beat that comes soon', async () => {
    const { share } = heartbeatWith(10);
    table.grants = [
      { granted: 10, fair: 11 },
      { granted: 10, fair: 5 },
      { granted: 5, fair: 5 },
    ];
    await heartbeat.start();
    expect(share.places).toBe(10);
    await until(() => table.usableMax.length === 3);
    expect([share.places, table.usableMax]).toEqual([5, [0, 10, 5]]);
  });
});
