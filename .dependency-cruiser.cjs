/** Imports run one way: domain <- application <- {projections, infrastructure}; embedded is a guest and knows nobody. */
const room = (name) => `^src/${name}/`;
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid(
      'domain-is-alone',
      'The domain imports only itself: no other room, no package, no Node.',
      { path: room('domain') },
      { pathNot: room('domain') },
    ),
    forbid(
      'application-knows-domain-only',
      'The application knows the domain and its own ports.',
      { path: room('application') },
      { path: '^src/', pathNot: `${room('application')}|${room('domain')}` },
    ),
    forbid(
      'projections-do-not-know-infrastructure',
      'Views are reached through ports and queries.',
      { path: room('projections') },
      { path: '^src/', pathNot: `${room('projections')}|${room('application')}|${room('domain')}` },
    ),
    forbid(
      'infrastructure-does-not-know-projections',
      'Wires and views are introduced in app.module.ts.',
      { path: room('infrastructure') },
      { path: '^src/', pathNot: `${room('infrastructure')}|${room('application')}|${room('domain')}` },
    ),
    forbid(
      'embedded-knows-nobody',
      'Each embedded server is a guest that could be a package of its own.',
      { path: '^src/embedded/([^/]+)/' },
      { path: '^src/', pathNot: '^src/embedded/$1/' },
    ),
    forbid(
      'domain-free-of-nest',
      'Handlers may be Nest classes; decisions may not.',
      { path: room('domain') },
      { path: 'node_modules' },
    ),
    forbid(
      'page-takes-types-only',
      'The page is typed from what the API is held to, and runs none of it.',
      { path: '^web/' },
      { path: '^src/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'clients-are-alone',
      'A client knows the API and nothing else: no room, no package, no Node.',
      { path: '^clients/' },
      { pathNot: '^clients/' },
    ),
    forbid('nobody-knows-the-clients', 'They are for programs outside.', { path: '^src/' }, { path: '^clients/' }),
    forbid('nobody-knows-the-page', 'The page is reached over HTTP alone.', { path: '^src/' }, { path: '^web/' }),
    forbid(
      'only-one-event-store-client',
      'The client library is used by its adapter and by nobody else.',
      { path: '^src/', pathNot: '^src/(infrastructure/eventstore|embedded/eventstore)/' },
      { path: 'node_modules/@eventstore' },
    ),
    forbid('no-cycles', 'A cycle means two files are one idea.', {}, { circular: true }),
    forbid('nothing-unresolved', 'Every import must resolve.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
