import type { Logger } from '@mts/platform';
import type { Queues } from '@mts/queue';

import type { AwaitedWork } from './awaited-work.js';
import type { ListHelp } from './list-help.js';
import type { ListWork } from './list-work.js';
import type { Standby } from './standby.js';

/** More callers than begin to wait in one moment; one place fetches them all, and begins with all at once. */
const AWAITED_FETCHED_TOGETHER = 50;

export interface IntakeParts {
  readonly queues: Pick<Queues, 'work' | 'leave'>;
  readonly awaited: Pick<AwaitedWork, 'begin'>;
  readonly lists: Pick<ListWork, 'begin' | 'stop'>;
  readonly help: Pick<ListHelp, 'help' | 'stop'>;
  readonly standby: Pick<Standby, 'isOn' | 'follow'>;
  readonly rangesAtOnceMax: number;
  readonly logger: Logger;
}

/** Fetches what IDA is to be asked; nothing while this seeder stands by, so that it is left to the others. */
export class Intake {
  private turning: Promise<void> = Promise.resolve();
  private isOpen = false;
  private isStopped = false;

  constructor(private readonly parts: IntakeParts) {}

  async start(): Promise<void> {
    this.parts.standby.follow(() => void this.turn());
    await this.turn();
  }

  /** From here on nothing is begun again; what is under way is brought to its end by who has begun it. */
  stop(): void {
    this.isStopped = true;
    this.parts.lists.stop();
    this.parts.help.stop();
  }

  /** One turn after the other, each to how it stands by then. */
  private async turn(): Promise<void> {
    this.turning = this.turning.then(async () => this.follow());
    return this.turning;
  }

  private async follow(): Promise<void> {
    const { queues, standby, logger } = this.parts;
    const shallBeOpen = !standby.isOn;
    if (this.isStopped || shallBeOpen === this.isOpen) return;
    this.isOpen = shallBeOpen;
    try {
      if (shallBeOpen) await this.open();
      else for (const name of ['list', 'left', 'authenticate', 'sync'] as const) await queues.leave(name);
    } catch (error) {
      logger.error('the queues of this seeder could not be turned on or off', { error: error as Error });
    }
  }

  private async open(): Promise<void> {
    const { queues, awaited, lists, help, rangesAtOnceMax } = this.parts;
    // One place fetches one list after the other, and begins with it: so many places would look for work all at once.
    await queues.work('list', { slots: 1 }, async (message) => lists.begin(message));
    // Apart from it: whoever waits for a place of a list is not to be waited for.
    await queues.work('left', { slots: 1 }, async (message) => lists.begin(message));
    await queues.work(
      'authenticate',
      // Half of one list: of two long ones both are hurried, and of a short one something is left to other seeders.
      { slots: rangesAtOnceMax, groupSlots: Math.max(1, Math.floor(rangesAtOnceMax / 2)) },
      async (message) => help.help(message),
    );
    await queues.work('sync', { slots: 1, fetchedTogether: AWAITED_FETCHED_TOGETHER }, async (message) =>
      awaited.begin(message),
    );
  }
}
