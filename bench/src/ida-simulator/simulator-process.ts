import { startSimulator } from '@mts/ida-simulator';

import { announce } from '../frame/child.js';

export interface SimulatorReport {
  readonly url: string;
}

const [dir = '', population = '', now = ''] = process.argv.slice(2);
const { url, close } = await startSimulator({ dir, population, port: 0, clock: () => new Date(now) });
const started: SimulatorReport = { url };
announce(started, close);
