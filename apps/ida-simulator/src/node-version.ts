const NODE_MAJOR = 24;

/** @throws Error whose message is one sentence, if the Node.js that runs this is too old for it */
export function assertNodeVersion(version = process.version): void {
  if (Number.parseInt(version.slice(1), 10) >= NODE_MAJOR) return;
  throw new Error(
    `Node.js ${NODE_MAJOR} is needed and this is ${version}: run it with node_modules/.bin/node, or by npm run.`,
  );
}
