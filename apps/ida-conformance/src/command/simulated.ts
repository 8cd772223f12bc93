import type { Identities } from '../identities.js';
import { Simulator } from '../simulator/simulator.js';
import { type Origin, readVersion } from './connection.js';

/** What is examined: where the data of the connection come from, and the people. */
export interface Subject {
  readonly origin: Origin;
  readonly readIdentities: () => Promise<Identities>;
}

/** The one that the simulator sends whenever it sends an OTP. */
const OTP = '314159';

/** Starts a simulator with test people, has it examined, and takes it away again. @throws UsageError */
export async function withSimulator<Result>(
  { options, env, terminal }: Omit<Origin, 'file'>,
  examine: (subject: Subject) => Promise<Result>,
): Promise<Result> {
  const version = readVersion({ options, env, file: {} });
  const simulator = await Simulator.start(version);
  terminal.print(`The simulator of IDA ${version} is at ${simulator.url} for this run.\n`);
  try {
    await simulator.setFaults({ fixedOtp: OTP });
    return await examine({
      origin: {
        options,
        file: { ...connectionData(simulator), profile: version },
        // Those of a real IDA would come first.
        env: {},
        // Of all that could be asked for, only the OTP is not known beforehand.
        terminal: { ...terminal, isInteractive: true, askHidden: async () => OTP },
      },
      readIdentities: async () => simulator.population.identities,
    });
  } finally {
    await simulator.stop();
  }
}

/** As it stands in a `--config` file. */
function connectionData(simulator: Simulator): Origin['file'] {
  return {
    ...simulator.relyingParty,
    url: simulator.authUrl,
    p12: simulator.file('partner.p12'),
    idaCertificate: simulator.file('ida-partner.cer'),
    signCertificate: simulator.file('ida-sign.cer'),
    policyAllows: ['demo', 'otp-request', 'otp', 'kyc'],
  };
}
