import { readFileSync } from 'node:fs';

import { readCertificate, readPkcs12 } from '@mts/crypto';

import type { Version } from '../cases/case.js';
import type { Connection } from '../exchange/connection.js';
import type { TestPopulation } from '../simulator/population.js';
import { type RelyingParty, Simulator } from '../simulator/simulator.js';

/** The simulator that the suite brings, and what it can tell of who was asked about. */
export class SimulatedIda {
  private constructor(
    private readonly simulator: Simulator,
    readonly version: Version,
  ) {}

  static async start(version: Version): Promise<SimulatedIda> {
    return new SimulatedIda(await Simulator.start(version), version);
  }

  get authUrl(): string {
    return this.simulator.authUrl;
  }

  get relyingParty(): RelyingParty {
    return this.simulator.relyingParty;
  }

  get population(): TestPopulation {
    return this.simulator.population;
  }

  file(name: string): string {
    return this.simulator.file(name);
  }

  connection(): Connection {
    const { p12Password, ...relyingParty } = this.relyingParty;
    return {
      ...relyingParty,
      authUrl: this.authUrl,
      version: this.version,
      partnerKey: readPkcs12(readFileSync(this.file('partner.p12')), p12Password),
      otherPartnerKey: undefined,
      idaCertificate: readCertificate(readFileSync(this.file('ida-partner.cer'))),
      answerPins: [readCertificate(readFileSync(this.file('ida-sign.cer')))],
      uinType: 'UIN',
      uinLengthDigits: 10,
      vidLengthDigits: 16,
      others: {},
      // Only one case waits for it, the one that is never answered.
      answerTimeoutMs: 2_000,
    };
  }

  /** The numbers of all test people. */
  get numbers(): readonly string[] {
    const { ids, oneTimeVids } = this.population.identities;
    return [...Object.values(ids), ...oneTimeVids];
  }

  /** How often somebody was looked up by one of these numbers: from there on a call touches a person. */
  async lookUps(): Promise<number> {
    const body = { individualIds: this.numbers };
    const answer = await this.simulator.admin('POST', 'counters/query', body);
    const { calls } = answer as { readonly calls: readonly number[] };
    return calls.reduce((sum, each) => sum + each, 0);
  }

  async calls(): Promise<number> {
    const { calls } = (await this.simulator.admin('GET', 'counters')) as { readonly calls: number };
    return calls;
  }

  async setFaults(faults: object): Promise<void> {
    await this.simulator.setFaults(faults);
  }

  async stop(): Promise<void> {
    await this.simulator.stop();
  }
}
