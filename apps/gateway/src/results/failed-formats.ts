import { ApiError } from '@mts/domain';

import type { ResultText } from './result-text.js';

/** The oldest are forgotten first, and found out again when they are asked for. */
const REMEMBERED_MAX = 1000;

/**
 * The files that an outputFormat turned out not to be able to make of a request's records. Who asks again is told at
 * once: such a program is not run twice.
 */
export class FailedFormats {
  private readonly problems = new Map<string, ApiError>();

  /** @param file request and format @throws ApiError ATS-REQ-104 */
  assertNotFailed(file: string): void {
    const problem = this.problems.get(file);
    if (problem !== undefined) throw problem;
  }

  /** Passes pieces on, and notes why they end, when it is the outputFormat. */
  async *watch(file: string, requestId: string, pieces: ResultText): ResultText {
    try {
      yield* pieces;
    } catch (error) {
      throw error instanceof ApiError ? this.note(file, requestId, error) : error;
    }
  }

  private note(file: string, requestId: string, { code, message }: ApiError): ApiError {
    const way = `the result without outputFormat is at /authtoken/file/${requestId}?layout=default`;
    const problem = new ApiError(code, { problem: `${message}; ${way}` });
    this.problems.set(file, problem);
    const [oldest] = this.problems.keys();
    if (this.problems.size > REMEMBERED_MAX && oldest !== undefined) this.problems.delete(oldest);
    return problem;
  }
}
