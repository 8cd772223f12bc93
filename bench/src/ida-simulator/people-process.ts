import { writePeople } from '@mts/ida-simulator';

import { announce } from '../frame/child.js';

const [count, directory = ''] = process.argv.slice(2);
announce(await writePeople({ count: Number(count), seed: 1, directory }));
