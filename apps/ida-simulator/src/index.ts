export { provision, type Provisioned } from './pki/provision.js';
export type { RelyingParty } from './pki/files.js';
export type { ProfileName } from './service/profiles.js';
export { startSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
export type { Identity, Person, StoredValue, Vid, VidType } from './population/person.js';
export { type PeopleFiles, type PeopleOptions, writePeople } from './people/write.js';
export type { Policy } from './service/registration.js';
