import { until } from '@mts/testing';

import type { ExpectedAnswer, Expectation } from './expectation.js';
import { type GatewayAnswer, call, envelopeOf, observedAnswer } from './gateway-answer.js';
import type { RecordedCase } from './recorded-case.js';
import type { RecordedIda } from './recorded-ida.js';
import type { RecordedPeers } from './recorded-peers.js';

/** Where a case is played. */
export interface Stage {
  /** The gateway that is configured as the case's target was. */
  readonly gatewayUrl: string;
  readonly ida: RecordedIda;
  readonly peers: RecordedPeers;
}

/** As much of a case as is needed to play it. */
export type Playable = Pick<RecordedCase, 'target' | 'request' | 'meanwhile' | 'secondStatusMeanwhile'>;

/** What came of it, in the form of what was to be expected. */
export interface Observation extends Omit<Expectation, 'asked'> {
  /** In the order in which they were seen, without repetitions. */
  readonly statusesSeen: readonly string[];
  /** Of what IDA was to be asked, that which it was not. */
  readonly notAsked: Expectation['asked'];
}

/** What a case has come to so far. */
interface Play extends Stage {
  readonly requestId: string | undefined;
}

/** About whom IDA took its time in the recording. */
const SLOW = '9990600000000002';
const QUICK = '4100000000000012';
const END_TIMEOUT_MS = 60_000;
const ARRIVAL_TIMEOUT_MS = 20_000;
const BEFORE_THE_END: ReadonlySet<string> = new Set(['submitted', 'processing', 'submitted_with_errors']);

/** Makes the recorded call, and waits for everything that is expected of it. */
export async function replay(recorded: Playable, expected: Expectation, stage: Stage): Promise<Observation> {
  const waits = recorded.meanwhile !== undefined || recorded.secondStatusMeanwhile !== undefined;
  const release = waits ? stage.ida.hold(SLOW) : (): void => undefined;
  try {
    const answer = await submit(recorded.request, stage);
    const play = { ...stage, requestId: requestIdOf(answer) };
    const early = {
      meanwhile: recorded.meanwhile && (await lookMeanwhile(play)),
      secondStatusMeanwhile: recorded.secondStatusMeanwhile && (await secondStatus(recorded, play)),
    };
    release();
    return { ...early, ...(await outcome(play, answer, expected)) };
  } finally {
    release();
  }
}

async function outcome(
  play: Play,
  answer: GatewayAnswer,
  expected: Expectation,
): Promise<Omit<Observation, 'meanwhile' | 'secondStatusMeanwhile'>> {
  const { gatewayUrl, requestId, peers, ida } = play;
  const statusesSeen =
    requestId === undefined ? [] : await statusesToTheEnd(gatewayUrl, requestId, expected.finalStatus);
  await arrives(() => peers.received.length >= expected.peerRequests.length);
  return {
    answer: observedAnswer(answer, expected.answer.response),
    rawBody: envelopeOf(answer) === undefined ? answer.body : undefined,
    statusesSeen,
    finalStatus: statusesSeen.at(-1),
    file: expected.file && requestId ? await call(gatewayUrl, `/authtoken/file/${requestId}`) : undefined,
    peerRequests: peers.received,
    notAsked: ida.claim(expected.asked),
  };
}

async function submit(
  request: RecordedCase['request'],
  { gatewayUrl, peers }: Stage,
): Promise<GatewayAnswer> {
  const { method, path, contentType, body, bodyBase64 } = request;
  const content =
    bodyBase64 === undefined ? body && peers.takePlaceIn(body) : Buffer.from(bodyBase64, 'base64');
  return call(gatewayUrl, path, {
    method,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    ...(content === undefined ? {} : { body: content }),
  });
}

function requestIdOf(answer: GatewayAnswer): string | undefined {
  return (envelopeOf(answer)?.response as { request_identifier?: string } | null)?.request_identifier;
}

async function statusAnswer(gatewayUrl: string, requestId: string): Promise<ExpectedAnswer> {
  return observedAnswer(await call(gatewayUrl, `/authtoken/status/${requestId}`), { status: '' });
}

async function statusWord(gatewayUrl: string, requestId: string): Promise<string> {
  const { response } = await statusAnswer(gatewayUrl, requestId);
  return (response as { status: string }).status;
}

/**
 * @param last what is expected: there may come another status after the end, when a callback fails; and a request that is
 *   to go on has none
 */
async function statusesToTheEnd(gatewayUrl: string, requestId: string, last?: string): Promise<string[]> {
  const seen: string[] = [];
  const look = async (): Promise<string> => {
    const status = await statusWord(gatewayUrl, requestId);
    if (seen.at(-1) !== status) seen.push(status);
    return status;
  };
  const what = `the end of request ${requestId}`;
  if (last === undefined || !BEFORE_THE_END.has(last))
    await until(async () => !BEFORE_THE_END.has(await look()), { timeoutMs: END_TIMEOUT_MS, what });
  await arrives(async () => last === undefined || (await look()) === last);
  return seen;
}

async function lookMeanwhile({ gatewayUrl, requestId = '' }: Play): Promise<Expectation['meanwhile']> {
  await until(async () => (await statusWord(gatewayUrl, requestId)) === 'processing', {
    timeoutMs: ARRIVAL_TIMEOUT_MS,
  });
  return {
    status: await statusAnswer(gatewayUrl, requestId),
    file: observedAnswer(await call(gatewayUrl, `/authtoken/file/${requestId}`), null),
  };
}

/** Hands in the same with somebody about whom IDA answers at once. */
async function secondStatus({ request }: Playable, play: Play): Promise<string | undefined> {
  const second = await submit({ ...request, body: request.body?.replace(SLOW, QUICK) ?? '' }, play);
  return (await statusesToTheEnd(play.gatewayUrl, requestIdOf(second) ?? '')).at(-1);
}

/** What comes after the end of a request; if it never does, that shows in the comparison. */
async function arrives(isThere: () => boolean | Promise<boolean>): Promise<void> {
  await until(isThere, { timeoutMs: ARRIVAL_TIMEOUT_MS }).catch(() => undefined);
}
