import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import { createDocument } from './openapi';
import { rememberAnswers } from './swagger-ui-memory';

/** Swagger UI at /docs, the document at /openapi.json. Everything is served from here: no request leaves the machine. */
export function serveDocument(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => createDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Tideline API',
    swaggerOptions: {
      persistAuthorization: true,
      validatorUrl: null,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      defaultModelsExpandDepth: 0,
      plugins: [rememberAnswers],
    },
  });
}
