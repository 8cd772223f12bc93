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
