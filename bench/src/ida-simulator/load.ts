import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import type { Call } from './calls.js';

/** As a token seeder has in flight. */
const CONNECTIONS = 32;
/** What the generator of people calls several errors of IDA. */
const SEVERAL_ERRORS = 'ATS-REQ-103';

/** Sends everything as fast as it is answered. @returns how many signed answers were as expected */
export async function send(url: string, calls: readonly Call[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const waiting = calls.values();
  let asExpected = 0;
  const work = async (): Promise<void> => {
    for (const call of waiting) if (await isAsExpected(url, agent, call)) asExpected += 1;
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  agent.destroy();
  return asExpected;
}

async function isAsExpected(url: string, agent: Agent, { body, signature, outcome }: Call): Promise<boolean> {
  const headers = { 'content-type': 'application/json', authorization: 'Authorization', signature };
  const outgoing = request(url, { method: 'POST', agent, headers });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const isSigned = answer.headers['response-signature'] !== undefined;
  return isSigned && outcomeOf(await text(answer)) === outcome;
}

function outcomeOf(body: string): string | undefined {
  const { response, errors } = JSON.parse(body) as {
    readonly response?: { readonly authToken?: string };
    readonly errors?: readonly { readonly errorCode: string }[] | null;
  };
  const [first, second] = errors ?? [];
  return first === undefined ? response?.authToken : second === undefined ? first.errorCode : SEVERAL_ERRORS;
}
