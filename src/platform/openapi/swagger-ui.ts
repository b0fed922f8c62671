import type { INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { createDocument } from './openapi';
import { type Schema } from './openapi-schemas';
import { rememberAnswers } from './swagger-ui-memory';
import { foldOperations, followReferences } from './swagger-ui-plugins';

/** Swagger UI at /docs, the document at /openapi.json. Everything is served from here: no request leaves the machine. */
export function serveDocument(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => createDocument(app), {
    ui: false,
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
  });
  SwaggerModule.setup('docs', app, () => forPage(createDocument(app)), {
    raw: false,
    customSiteTitle: 'Tideline API',
    swaggerOptions: {
      persistAuthorization: true,
      validatorUrl: null,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      defaultModelsExpandDepth: 0,
      plugins: [followReferences, foldOperations, rememberAnswers],
    },
  });
}

interface Failure {
  readonly content?: Record<
    string,
    { readonly schema: Schema; examples?: Record<string, { readonly value: unknown }> }
  >;
}

/**
 * The document without the shape of each single failure and without all examples of it but the first: its codes stand in its
 * description. They are more than half of it.
 */
function forPage(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path) as { responses: object }[]);
  for (const { responses } of operations) {
    for (const [status, { content }] of Object.entries(responses) as [string, Failure][]) {
      const json = content?.['application/json'];
      // Where there is more than one shape they are few, and worth being told apart.
      if (status === '200' || !json || 'anyOf' in json.schema) continue;
      const [first] = Object.values(json.examples ?? {});
      const example = first && { example: first.value };
      content['application/json'] = { schema: { $ref: '#/components/schemas/Error' }, ...example };
    }
  }
  return document;
}
