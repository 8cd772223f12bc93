import type { X509Certificate } from 'node:crypto';
import { readCertificate } from '@mts/crypto';
import { Agent, request } from 'undici';
import { errorCode } from '../error-code.js';
import { isTraced } from '../tracing.js';
import { KeySourceError, reasonOf } from './key-source.js';

/** A certificate has some thousand bytes, as PEM with its issuers some ten thousand. */
export const DOWNLOAD_LIMIT_BYTES = 64 * 1024;

/**
 * The address of a certificate, checked: whoever could change it on its way could read every request.
 * Throws a `TypeError` that never holds the value.
 */
export function certificateUrl(text: string): URL {
  const url = URL.parse(text);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url === null || !isSafe) throw new TypeError('url must be an https URL, or http on loopback');
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new TypeError('url must have no user, password or fragment');
  }
  return url;
}

/** `hostname` as the URL parser leaves it: IPv4 in four decimal parts, IPv6 in brackets. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * The certificate at an address, PEM or DER. Redirects are not followed.
 *
 * @param timeoutMs for the whole download
 * @throws KeySourceError that names the host; the path and the query may be secret
 */
export async function downloadCertificate(url: URL, timeoutMs: number): Promise<X509Certificate> {
  if (isTraced()) {
    throw new KeySourceError(
      `the certificate is not fetched from ${url.host} while the HTTP calls of this process are traced (NODE_DEBUG=undici, a tracing agent)`,
    );
  }
  const agent = new Agent({ connect: { timeout: timeoutMs }, allowH2: false });
  try {
    return readCertificate(await get(url, agent, timeoutMs));
  } catch (error) {
    const reason = error instanceof TransferError ? error.reason : reasonOf(error);
    throw new KeySourceError(`${url.host} gave no certificate of IDA: ${reason}`);
  } finally {
    await agent.destroy();
  }
}

class TransferError extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

async function get(url: URL, dispatcher: Agent, timeoutMs: number): Promise<Buffer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { statusCode, body } = await request(url, {
      dispatcher,
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > DOWNLOAD_LIMIT_BYTES)
        throw new TransferError(`more than ${DOWNLOAD_LIMIT_BYTES} bytes`);
      chunks.push(chunk);
    }
    if (statusCode !== 200) throw new TransferError(`HTTP ${statusCode}`);
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof TransferError) throw error;
    throw new TransferError(
      signal.aborted ? `nothing whole within ${timeoutMs} ms` : `broken off (${errorCode(error)})`,
    );
  }
}
