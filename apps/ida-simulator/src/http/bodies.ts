import type { IncomingMessage, ServerResponse } from 'node:http';

/** Biometric requests are the largest, some megabytes. */
const LARGEST_BODY_BYTES = 20 * 2 ** 20;

/** @returns undefined if the body is larger than IDA's container would take */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @returns undefined if the text is not JSON; a JSON `null` is null */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function sendError(response: ServerResponse, status: number, sentence: string): void {
  sendJson(response, status, { error: sentence });
}
