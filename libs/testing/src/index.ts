export { createTestDatabase, dropTestDatabase } from './database.js';
export { type AppExit, type AppOptions, builtApp, type RunningApp, spawnApp } from './spawn-app.js';
export { until, type UntilOptions } from './until.js';
export {
  type AnswerVector,
  IDA_VECTOR_PASSWORD,
  idaVector,
  idaVectorNames,
  idaVectorPath,
  type IndividualIdVector,
  type MatchingVectors,
  type OriginalRequestVector,
  type RefusedRequestVector,
  type StandardRequestVector,
  type TokenVectors,
} from './ida-vectors.js';
export {
  FakeOdkCentral,
  type FakeOdkOptions,
  type FormField,
  generatedSubmissions,
  type Misbehaviour,
  ODK_CA_FILE,
  ODK_NO_ROLE,
  ODK_VIEWER,
  type OdkCall,
  type OdkForm,
  odkForm,
  type OdkUser,
  recordedOdkForm,
  type Submission,
  submissionList,
  type Submissions,
  systemOf,
} from './odk-central/index.js';
export {
  CallbackReceiver,
  type CallbackReceiverOptions,
  HTTP_ROUTE,
  type HttpReply,
  JSON_ROUTE,
  jsonReply,
  Odoo,
  type OdooOptions,
  type ReceivedCall,
  ReceivingServer,
  type Reply,
  TokenServer,
  type TokenServerOptions,
  UPDATE_IDENTIFICATION,
} from './callback-receiver/index.js';
export { type Cut, TcpProxy } from './tcp-proxy.js';
export { IDLE_SEEDER } from './idle-seeder.js';
export { startOwnServer } from './own-server.js';
