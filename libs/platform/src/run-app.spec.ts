import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import { until } from '@mts/testing';
import { afterEach, expect, it } from 'vitest';

const RUN_APP = built('run-app');
const STOP_REQUEST = built('stop-request');
/** Its start ends, well or ill, as it is told. */
const APP = `
  const { runApp } = await import(${RUN_APP});
  await runApp(async () => {
    console.log('starts');
    const [word] = await once(process.stdin, 'data');
    if (String(word) === 'fail') throw Object.assign(new Error('Something is missing'), { name: 'ConfigError' });
    console.log('has started');
    return { address: 'app', logger: undefined, stop: async () => console.log('stops') };
  });
`;

let app: ChildProcess;
let printed: string;
afterEach(() => app.kill('SIGKILL'));

function built(name: string): string {
  return JSON.stringify(new URL(`../dist/${name}.js`, import.meta.url));
}

/** Begins a process. @returns how it ends */
async function run(script: string): Promise<unknown[]> {
  printed = '';
  const code = `import { once } from 'node:events';\n${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code]);
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  app = child;
  return once(child, 'close');
}

it.each(['SIGTERM', 'SIGINT'] as const)(
  'an app that gets %s while it starts comes to the end of that, and is stopped in order',
  async (signal) => {
    const end = run(APP);
    await until(() => printed === 'starts\n');
    app.kill(signal);
    app.stdin?.write('go');
    expect(await end).toEqual([0, null]);
    expect(printed).toBe('starts\nhas started\nstops\n');
  },
);

it('one whose start fails after the signal says why', async () => {
  const end = run(APP);
  await until(() => printed === 'starts\n');
  app.kill('SIGTERM');
  app.stdin?.write('fail');
  expect(await end).toEqual([1, null]);
  expect(printed).toBe('starts\nSomething is missing\n');
});

it('one that gets the signal before it has loaded its parts starts nothing', async () => {
  const end = run(`
    const { listenForStop } = await import(${STOP_REQUEST});
    listenForStop().addEventListener('abort', () => console.log('asked'));
    console.log('loads');
    await once(process.stdin, 'data');
    ${APP}
  `);
  await until(() => printed === 'loads\n');
  app.kill('SIGTERM');
  await until(() => printed === 'loads\nasked\n');
  app.stdin?.write('go');
  expect(await end).toEqual([0, null]);
  expect(printed).toBe('loads\nasked\n');
});
