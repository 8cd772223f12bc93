import type { AuthOutcome } from '@mts/domain';
import { type IdaReply, parseReply } from '../answer.js';
import type { Operation } from '../exchange.js';
import { asciiJson, checkText } from '../request.js';
import { judgeErrors } from '../verdict.js';

/** Where IDA sends a one-time password (`NotificationType`, v1.2.0.1). */
export type OtpChannel = 'email' | 'phone';

export interface OtpRequest {
  readonly individualId: string;
  /** The call that brings the password must name the same. Default: the client's. */
  readonly individualIdType?: string;
  /** At least one. IDA sends to those of them that it knows of the person. */
  readonly channels: readonly OtpChannel[];
  /** 10 letters or digits. Default: random. */
  readonly transactionId?: string;
}

export type OtpOutcome =
  | {
      readonly kind: 'sent';
      /** The call that brings the password must have the same. */
      readonly transactionId: string;
      /** Where it went, with most characters hidden; undefined when that channel was not used. */
      readonly maskedMobile: string | undefined;
      readonly maskedEmail: string | undefined;
    }
  | Extract<AuthOutcome, { kind: 'refused' }>;

/** The `/otp` call: signed, not sealed (`OtpRequestDTO`, the same in v1.1.5.5 to v1.3.0). */
export function otpOperation(
  individualId: string,
  individualIdType: string | undefined,
  channels: readonly OtpChannel[],
  transactionId: string,
): Operation<IdaReply, OtpOutcome> {
  checkText('individualId', individualId);
  if (!Array.isArray(channels) || channels.length === 0) {
    throw new TypeError('channels must name email, phone or both, in a list');
  }
  return {
    endpoint: 'otp',
    body: ({ time }) =>
      asciiJson({
        id: 'mosip.identity.otp',
        version: '1.0',
        individualId,
        individualIdType,
        transactionID: transactionId,
        requestTime: time.toISOString(),
        otpChannel: channels,
        metadata: {},
      }),
    parse: parseOtpAnswer,
    succeeded: ({ errors }) => errors.length === 0,
    judge: ({ response, errors, responseTime }, { now }) =>
      errors.length > 0
        ? { kind: 'refused', errors: judgeErrors(errors, { responseTime }, now) }
        : {
            kind: 'sent',
            transactionId,
            maskedMobile: textOf(response['maskedMobile']),
            maskedEmail: textOf(response['maskedEmail']),
          },
  };
}

/** A success names where the password went, or at least one error tells why it did not. */
function parseOtpAnswer(body: Buffer): IdaReply | undefined {
  const reply = parseReply(body);
  if (reply === undefined) return undefined;
  const isSent = 'maskedMobile' in reply.response || 'maskedEmail' in reply.response;
  return isSent || reply.errors.length > 0 ? reply : undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
