import { parentPort, workerData } from 'node:worker_threads';

import type { FromThread, JqJob } from './jq/jq-job.js';
import { LimitedJq } from './jq/limited-jq.js';
import type { WasmModule } from './jq/web-assembly.js';

/** A thread that runs callers' jq programs, so that none of them can hold anything else up. */
const port = parentPort;
if (port === null) throw new Error('this is a thread, not a program');
const jq = await LimitedJq.load((workerData as { module: WasmModule }).module);
const answer = (message: FromThread): void => port.postMessage(message);
port.on('message', (job: JqJob) => answer(jq.run(job)));
answer('ready');
