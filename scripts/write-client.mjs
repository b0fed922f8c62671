// Writes the types of the client from openapi.json: node scripts/write-client.mjs [--check]
import { readFileSync } from 'node:fs';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { writeOrCheck } from './generated.mjs';

const input = new URL('../openapi.json', import.meta.url);
const { paths, components, ...rest } = JSON.parse(readFileSync(input, 'utf8'));

/** The codes that answers of failures may carry. */
const codes = new Set();
const ownPaths = {};
for (const [path, operations] of Object.entries(paths)) {
  ownPaths[path] = {};
  for (const [method, operation] of Object.entries(operations)) {
    const { 200: success, ...failures } = operation.responses;
    for (const failure of Object.values(failures)) collectCodes(resolved(failure).content['application/json'].schema);
    // Failures are thrown, as one class: written out at each operation, they were more than two thirds of the file.
    ownPaths[path][method] = { ...operation, ...parametersOf(operation), responses: { 200: resolved(success) } };
  }
}

/** Written out. Of the headers only `If-Match`: the types of the client say by it which calls take `ifVersion`. */
function parametersOf({ parameters }) {
  if (!parameters) return {};
  const all = parameters.map((each) => (each.$ref ? components.parameters[each.$ref.split('/').at(-1)] : each));
  return { parameters: all.filter((each) => each.in !== 'header' || each.name === 'If-Match') };
}

function resolved(response) {
  return response.$ref ? components.responses[response.$ref.split('/').at(-1)] : response;
}

/** A failure is the common shape and its own codes; a form has a shape of its own beside that. */
function collectCodes(schema) {
  const [, narrowed] = (schema.anyOf?.[0] ?? schema).allOf;
  for (const value of narrowed.properties.error.properties.code.enum) codes.add(value);
}

/** Schemas that these paths use, directly or through others. */
const schemas = {};
function collectSchemas(node) {
  if (typeof node !== 'object' || node === null) return;
  for (const value of Object.values(node)) {
    const name = typeof value === 'string' ? /^#\/components\/schemas\/(.+)$/.exec(value)?.[1] : undefined;
    if (name === undefined) collectSchemas(value);
    else if (components.schemas[name] && !schemas[name]) {
      schemas[name] = components.schemas[name];
      collectSchemas(schemas[name]);
    }
  }
}
collectSchemas(ownPaths);
const sorted = Object.fromEntries(Object.entries(schemas).sort(([one], [other]) => (one < other ? -1 : 1)));

const nodes = await openapiTypescript(
  { ...rest, paths: ownPaths, components: { securitySchemes: components.securitySchemes, schemas: sorted } },
  // A default does not make a field of a body required; views say themselves what is always there.
  { defaultNonNullable: false },
);
const union = [...codes].sort().map((code) => `\n    | "${code}"`);
const text = `// Made from openapi.json by scripts/write-client.mjs: do not edit.

${astToString(nodes)}
/** Every code with which the API may refuse a request. */
export type ErrorCode =${union.join('')};
`;
writeOrCheck('client/src/schema.ts', text, 'npm run client');
