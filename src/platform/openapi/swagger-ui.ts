import type { INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { documentPaths, documentTitles } from './openapi-introduction';
import { rememberAnswers } from './swagger-ui-memory';
import { followReferences } from './swagger-ui-plugins';

/** Swagger UI at /docs, with a choice of the documents. Everything is served from here: no request leaves the machine. */
export function serveSwaggerUi(app: INestApplication): void {
  // An empty one: the page asks for the document that is chosen.
  SwaggerModule.setup('docs', app, {} as OpenAPIObject, {
    raw: false,
    explorer: true,
    customSiteTitle: 'Tideline API',
    swaggerOptions: {
      urls: [
        { name: documentTitles.routes, url: documentPaths.routes },
        { name: documentTitles.operations, url: documentPaths.operations },
      ],
      persistAuthorization: true,
      validatorUrl: null,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      defaultModelsExpandDepth: 0,
      plugins: [followReferences, rememberAnswers],
    },
  });
}
