export {
  installQueues,
  type Posting,
  Queues,
  type QueuesOptions,
  type TransactionDb,
  type WorkOptions,
} from './queues.js';
