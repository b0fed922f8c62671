// Who may import whom: the tables behind `.dependency-cruiser.cjs` and the pictures in ARCHITECTURE.md (`npm run architecture`).

/** The floors of `src`. The programs are the files that stand in `src` itself. */
const floors = {
  programs: ['contexts', 'platform', 'kernel'],
  contexts: ['platform', 'kernel'],
  platform: ['kernel'],
  kernel: [],
};

/** The rooms of `src/platform`: each may import those it names, files that stand in `src/platform` itself, and `src/kernel`. */
const platformRooms = {
  config: [],
  fairness: [],
  tables: [],
  tokens: ['config', 'http'],
  encryption: ['config'],
  'embedded-postgres': [],
  logging: ['config'],
  database: ['fairness', 'logging'],
  http: ['fairness'],
  fields: ['config', 'http'],
  operations: ['fields', 'http'],
  openapi: ['fields', 'http'],
  server: ['config', 'fairness', 'http', 'operations'],
  health: ['config', 'database', 'http'],
  metrics: ['database', 'http', 'logging'],
  'rate-limits': ['config', 'http', 'logging', 'tokens'],
  admission: ['database', 'http'],
  'dry-run': ['database', 'http'],
  idempotency: ['admission', 'config', 'database', 'encryption', 'fairness', 'fields', 'http', 'logging'],
  outbox: ['config', 'database', 'fairness', 'logging'],
  records: ['database', 'fields', 'outbox', 'tables'],
  queue: ['config', 'database', 'logging', 'metrics'],
  mail: ['config', 'database', 'encryption', 'logging'],
};

/** The contexts: each may import the services, modules and views of those it names. */
const contexts = {
  users: [],
  sources: [],
  'custom-fields': [],
  'oauth-apps': [],
  events: [],
  activities: [],
  auth: ['users'],
  oauth: ['oauth-apps'],
  companies: ['custom-fields'],
  contacts: ['custom-fields'],
  projects: ['custom-fields', 'contacts'],
  imports: [],
  webhooks: ['users'],
  account: ['oauth-apps', 'users', 'webhooks'],
};

module.exports = { floors, platformRooms, contexts };
