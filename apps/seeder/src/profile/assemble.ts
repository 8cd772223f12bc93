import type { IdaClient } from '@mts/ida-client';
import type { Logger } from '@mts/platform';
import type { Database, ProfileStore, SilenceStore } from '@mts/store';

import { AnswerExchange } from './answer-exchange.js';
import type { AskingWork } from './asking-work.js';
import { Circuit } from './circuit.js';
import { Holds } from './holds.js';
import type { OwnHold } from './own-hold.js';
import { Patience } from './patience.js';
import { Preflights } from './preflights.js';
import { ProfileGuard } from './profile-guard.js';
import { RequestHolds } from './request-holds.js';
import type { SecondOpinion } from './second-opinion.js';
import { SilenceWatch } from './silence-watch.js';

/** What finds out whose fault a fault is stands on. */
export interface ProfileGround {
  readonly client: Pick<IdaClient, 'preflight'>;
  readonly database: Pick<Database, 'now'>;
  readonly profile: ProfileStore;
  readonly silence: SilenceStore;
  readonly own: OwnHold;
  readonly opinion: SecondOpinion;
  readonly work: AskingWork;
  readonly logger: Logger;
}

/** What decides whether anybody may be asked; each knows only those above it. */
export interface ProfilePieces {
  readonly answers: AnswerExchange;
  readonly holds: Holds;
  readonly preflights: Preflights;
  readonly silences: SilenceWatch;
  readonly guard: ProfileGuard;
  /** To be ended when the process stops. */
  readonly patience: Patience;
}

export function assembleProfile(ground: ProfileGround): ProfilePieces {
  const { silence, own, logger } = ground;
  const [circuit, patience] = [new Circuit(), new Patience()];
  const answers = new AnswerExchange(circuit, silence, own);
  const holds = new Holds({ ...ground, answers });
  const preflights = new Preflights({ ...ground, holds });
  const requests = new RequestHolds(ground);
  const silences = new SilenceWatch({ ...ground, circuit, answers, preflights, holds, requests, patience });
  const guard = new ProfileGuard({ own, holds, preflights, requests, silences, patience, logger });
  return { answers, holds, preflights, silences, guard, patience };
}
