import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

// That the example works is shown in alone.spec.ts.
it('shows the example as it is, in fifteen lines', () => {
  const example = read('../examples/authenticate.ts');
  expect(read('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
  expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
});
