/** The import rules of ARCHITECTURE.md, as far as a machine can check them. */
const { contexts, floors, platformRooms } = require('./scripts/import-rules.cjs');

const nodeOnly = { dependencyTypesNot: ['core'] };

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphan', severity: 'error', from: { orphan: true, path: '^src', pathNot: '\\.spec\\.ts$' }, to: {} },
    {
      name: 'kernel-knows-node-only',
      severity: 'error',
      from: { path: '^src/kernel/', pathNot: '\\.spec\\.ts$' },
      to: { ...nodeOnly, pathNot: '^src/kernel/' },
    },
    ...Object.entries(floors)
      .filter(([floor]) => floor !== 'programs')
      .map(([floor, below]) => ({
        name: `floor-downhill-${floor}`,
        severity: 'error',
        from: { path: `^src/${floor}/` },
        to: { path: '^src/', pathNot: `^src/(${[floor, ...below].join('|')})/` },
      })),
    { name: 'src-never-imports-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'context-through-its-public-files',
      comment: 'A context is used through its services, its module and its views only.',
      severity: 'error',
      from: { path: '^src/contexts/([^/]+)/' },
      to: { path: '^src/contexts/', pathNot: ['^src/contexts/$1/', '\\.(service|module|view)\\.ts$'] },
    },
    ...Object.entries(contexts).map(([context, below]) => ({
      name: `context-downhill-${context}`,
      severity: 'error',
      from: { path: `^src/contexts/${context}/` },
      to: { path: '^src/contexts/', pathNot: `^src/contexts/(${[context, ...below].join('|')})/` },
    })),
    {
      name: 'rows-know-no-jobs',
      comment: 'How rows are read and applied depends on no job, file or route.',
      severity: 'error',
      from: { path: '^src/contexts/imports/rows/' },
      to: { path: '^src/contexts/imports/[^/]+$' },
    },
    {
      name: 'no-unknown-context',
      comment: 'A context stands in scripts/import-rules.cjs.',
      severity: 'error',
      from: { path: '^src/contexts/', pathNot: `^src/contexts/(${Object.keys(contexts).join('|')})/` },
      to: {},
    },
    ...Object.entries(platformRooms).map(([room, below]) => ({
      name: `platform-downhill-${room}`,
      severity: 'error',
      from: { path: `^src/platform/${room}/` },
      to: { path: '^src/platform/[^/]+/', pathNot: `^src/platform/(${[room, ...below].join('|')})/` },
    })),
    {
      name: 'no-unknown-platform-room',
      comment: 'A room of the platform stands in scripts/import-rules.cjs.',
      severity: 'error',
      from: { path: '^src/platform/[^/]+/', pathNot: `^src/platform/(${Object.keys(platformRooms).join('|')})/` },
      to: {},
    },
    {
      name: 'platform-files-know-config',
      comment: 'What stands in src/platform itself may be imported by every room.',
      severity: 'error',
      from: { path: '^src/platform/[^/]+$' },
      to: { path: '^src/platform/[^/]+/', pathNot: '^src/platform/config/' },
    },
    {
      name: 'typeorm-in-its-places',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.(entity|repository)\\.ts$', '^src/platform/'] },
      to: { path: '^node_modules/typeorm/' },
    },
    {
      name: 'pg-in-database',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/(database|embedded-postgres)/' },
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
