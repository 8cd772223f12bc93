import { Child } from '../frame/child.js';
import type { ProcessUsage } from '../frame/process-usage.js';
import { DELAY_PATH, FIGURES_PATH, type StubFigures, type StubReport } from './stub.js';

/** A stub of IDA in a process of its own: see stub.ts. */
export class IdaStub {
  private constructor(private readonly child: Child<StubReport>) {}

  static async start(delayMs = 0): Promise<IdaStub> {
    const module = new URL('./stub-process.js', import.meta.url);
    return new IdaStub(await Child.start<StubReport>(module, [String(delayMs)]));
  }

  get authUrl(): string {
    return `${this.child.report.url}/idauthentication/v1/auth`;
  }

  /** From now on; it also begins to count anew. */
  async setDelay(delayMs: number): Promise<void> {
    await this.control(`${DELAY_PATH}${String(delayMs)}`);
  }

  async figures(): Promise<StubFigures> {
    return this.control(FIGURES_PATH);
  }

  async usage(): Promise<ProcessUsage> {
    return this.child.usage();
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }

  private async control(path: string): Promise<StubFigures> {
    const answer = await fetch(`${this.child.report.url}${path}`);
    return (await answer.json()) as StubFigures;
  }
}
