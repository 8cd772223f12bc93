import { announce } from '../frame/child.js';
import { startStub, type StubReport } from './stub.js';

const [delayMs] = process.argv.slice(2);
const { url, close } = await startStub(Number(delayMs));
const started: StubReport = { url };
announce(started, close);
