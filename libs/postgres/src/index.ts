export { databaseTrouble, type DatabaseTrouble } from './trouble.js';
export { WatchedClient } from './watched-client.js';
