import { listenForStop } from '@mts/platform/stop-request';

listenForStop();
await import('./serve.js');
