/** Where the two documents are served. */
export const documentPaths = { routes: '/openapi.json', operations: '/openapi-operations.json' } as const;

/** What the page of Swagger UI calls them. */
export const documentTitles = { routes: 'Routes', operations: 'Operations' } as const;

const pageOf = (title: string) => `/docs?urls.primaryName=${title}`;

/** What stands above the routes. */
export const introduction = `A self-hosted CRM behind one strict REST API.

Every answer is \`{ "ok": true, "result": … }\` or \`{ "ok": false, "error": { "code", "message", "details"?, "request_id" } }\`.
Branch on \`code\`, which never changes; messages may. Unknown fields and parameters are refused by name.

**First steps:** call \`POST /auth/register\`, copy \`access_token\` from the answer, press *Authorize* and paste it. It is kept
when the page is loaded again. After 15 minutes call \`POST /auth/refresh\`. Programs get a token of their own: an OAuth app, and
\`POST /oauth/token\`.

**Rate limits:** every answer says in \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (seconds until full)
what is left of the caller's budget; a 429 says in \`Retry-After\` when to try again.

Clients of the hosted API find its calls among the [operations](${pageOf(documentTitles.operations)}), which have a document of
their own at \`${documentPaths.operations}\`.`;

/** What stands above the operations. */
export const introductionToOperations = `The calls of the hosted API, for its clients: one POST with one JSON body each, answered by the
[routes](${pageOf(documentTitles.routes)}). Tokens, results, errors and rate limits are those of the routes; ids travel in the body, and an
absent body is an empty one.`;

/** A sentence for each. */
export const tags = {
  auth: 'Register, sign in, stay signed in, sign out; lost passwords, invitations, proofs of addresses.',
  users: 'The people of the account: invite, promote, deactivate.',
  account: 'The account itself, and what in it waits for a confirmation.',
  oauth: 'Tokens for server-to-server apps.',
  'oauth-apps': 'Server-to-server apps and their secrets.',
  sources: 'Where contacts come from: the lead sources of the account.',
  companies: 'Organisations that contacts work for.',
  contacts: 'People: found at once by name, e-mail, phone or company.',
  projects: 'Work for companies, from the proposal to the end, and who takes part in it.',
  activities: 'Calls, e-mails and meetings with contacts, with companies, in projects.',
  'custom-fields': 'Fields that the account adds to its contacts, companies and projects.',
  events: 'The change feed: what happened to the records of the account, in order.',
  webhooks: 'Endpoints that events are sent to, signed, until they arrive.',
  imports: 'A million rows from any spreadsheet, each applied exactly once, and taken back if need be.',
  errors: 'Every code that an answer can carry, and what to do about it.',
} as const;
