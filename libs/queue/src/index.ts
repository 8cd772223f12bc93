export { helperJob, helperJobs, leftRangeJob, listJob, postList } from './list-jobs.js';
export {
  installQueues,
  type Posting,
  QueueError,
  Queues,
  type QueuesOptions,
  type TransactionDb,
  type WorkOptions,
} from './queues.js';
