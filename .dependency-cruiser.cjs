/** The import rules of ARCHITECTURE.md, as far as a machine can check them. */
const nodeOnly = { dependencyTypesNot: ['core'] };

/** Who may be used by whom; a context not listed here uses none. */
const downhill = {
  auth: ['users'],
  oauth: ['oauth-apps'],
  companies: ['custom-fields'],
  contacts: ['custom-fields'],
  projects: ['custom-fields', 'contacts'],
  imports: ['custom-fields', 'sources', 'companies', 'contacts'],
  webhooks: ['users'],
};

const contexts = [
  'activities',
  'auth',
  'companies',
  'contacts',
  'custom-fields',
  'events',
  'imports',
  'oauth',
  'oauth-apps',
  'projects',
  'sources',
  'users',
  'webhooks',
];

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphan', severity: 'error', from: { orphan: true, path: '^src', pathNot: '\\.spec\\.ts$' }, to: {} },
    {
      name: 'kernel-knows-nothing',
      severity: 'error',
      from: { path: '^src/kernel/', pathNot: '\\.spec\\.ts$' },
      to: { ...nodeOnly, pathNot: '^src/kernel/' },
    },
    {
      name: 'platform-knows-kernel',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: '^src/(kernel|platform)/' },
    },
    {
      name: 'contexts-know-what-is-below',
      severity: 'error',
      from: { path: '^src/contexts/' },
      to: { path: '^src/', pathNot: '^src/(kernel|platform|contexts)/' },
    },
    { name: 'src-never-imports-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'context-through-its-door',
      comment: 'A context is used through its service and its module only.',
      severity: 'error',
      from: { path: '^src/contexts/([^/]+)/' },
      to: { path: '^src/contexts/', pathNot: ['^src/contexts/$1/', '\\.(service|module)\\.ts$'] },
    },
    ...contexts.map((context) => ({
      name: `context-downhill-${context}`,
      severity: 'error',
      from: { path: `^src/contexts/${context}/` },
      to: { path: '^src/contexts/', pathNot: `^src/contexts/(${[context, ...(downhill[context] ?? [])].join('|')})/` },
    })),
    {
      name: 'typeorm-in-its-places',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.(entity|repository)\\.ts$', '^src/platform/'] },
      to: { path: '^node_modules/typeorm/' },
    },
    {
      name: 'pg-in-database',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/database/' },
      to: { path: '^node_modules/(@types/)?pg/' },
    },
    {
      name: 'bull-in-queue',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/queue/' },
      to: { path: '^node_modules/(bull|@nestjs/bull)/' },
    },
    {
      name: 'prom-client-in-metrics',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/metrics/' },
      to: { path: '^node_modules/prom-client/' },
    },
    { name: 'no-barrel', severity: 'error', from: {}, to: { path: '^src/.*/index\\.ts$' } },
    {
      name: 'not-to-dev',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
