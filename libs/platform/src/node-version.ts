const NODE_MAJOR = 24;

/** What to say where the Node.js that runs this is too old for it; undefined where it is not. */
export function nodeVersionFault(version = process.version): string | undefined {
  if (Number.parseInt(version.slice(1), 10) >= NODE_MAJOR) return undefined;
  return `Node.js ${NODE_MAJOR} is needed and this is ${version}: run it with node_modules/.bin/node.`;
}
