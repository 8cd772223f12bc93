import { BENCHES } from './benches.js';
import { writeResults } from './frame/results.js';

/** Writes results.md and results.json anew from their parts; for whoever has written a part, as the fault suite does. */
await writeResults(Object.keys(BENCHES));
