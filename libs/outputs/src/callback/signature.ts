import { createHmac, type Hmac } from 'node:crypto';

import type { Headers } from './target.js';

/** Standard Webhooks 1.0.0, "Symmetric": `whsec_` and 24 to 64 random bytes in base64. */
const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

/** The key in a secret, or undefined when it is not one. */
export function signingKey(secret: string): Buffer | undefined {
  const key = Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64');
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/**
 * Signs what is sent as Standard Webhooks 1.0.0 says: HMAC-SHA256 of `id.timestamp.body`, the exact bytes of the body.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export class WebhookSigner {
  private readonly hmac: Hmac;
  private readonly timestampSeconds: string;

  /** @param id the same whenever the same is sent again */
  constructor(
    key: Buffer,
    private readonly id: string,
    now: Date,
  ) {
    this.timestampSeconds = String(Math.floor(now.getTime() / 1000));
    this.hmac = createHmac('sha256', key).update(`${id}.${this.timestampSeconds}.`);
  }

  update(bytes: Buffer): void {
    this.hmac.update(bytes);
  }

  /** Once, after the last of the body. */
  headers(): Headers {
    return {
      'webhook-id': this.id,
      'webhook-timestamp': this.timestampSeconds,
      'webhook-signature': `v1,${this.hmac.digest('base64')}`,
    };
  }
}
