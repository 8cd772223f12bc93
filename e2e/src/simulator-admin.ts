import { type AxiosInstance, create } from 'axios';

export interface Counters {
  readonly calls: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  readonly individuals: number;
  /** individualIds that were asked about more than once. */
  readonly repeatedIndividuals: number;
  /** Calls beyond the first about the same individualId. */
  readonly extraCalls: number;
  /** Look-ups whose answer never reached the caller. */
  readonly unanswered: number;
}

/** The simulator's own view, which is the witness of what was asked. */
export class SimulatorAdmin {
  private readonly http: AxiosInstance;

  constructor(readonly url: string) {
    this.http = create({ baseURL: url, proxy: false });
  }

  async counters(): Promise<Counters> {
    return (await this.http.get<Counters>('/admin/counters')).data;
  }

  /** How often each of the ids was looked up. */
  async callsAbout(individualIds: readonly string[]): Promise<readonly number[]> {
    const { data } = await this.http.post<{ readonly calls: readonly number[] }>('/admin/counters/query', {
      individualIds,
    });
    return data.calls;
  }

  async setFaults(faults: Readonly<Record<string, unknown>>): Promise<void> {
    await this.http.put('/admin/faults', faults);
  }

  async clearFaults(): Promise<void> {
    await this.http.delete('/admin/faults');
  }
}
