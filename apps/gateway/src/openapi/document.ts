import { createRequire } from 'node:module';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

import { SECURITY } from '../callers/access.js';
import { documentCallers } from './caller-refusals.js';

const { version } = createRequire(import.meta.url)('@mts/gateway/package.json') as { version: string };

/** The OpenAPI document of all routes. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('MOSIP Token Seeder')
    .setDescription(
      'Turns a list of people into MOSIP Token IDs. Every JSON answer but that of /ping is one envelope, also for addresses (404, MTS-REQ-001) and methods (405, MTS-REQ-002) that are not served.',
    )
    .setVersion(version)
    .setLicense('MPL-2.0', 'https://www.mozilla.org/en-US/MPL/2.0/')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'An API key or an access token.' },
      SECURITY[0],
    )
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key.' }, SECURITY[1])
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
  });
  documentCallers(document);
  return document;
}

/** Serves the document at /openapi.json and a page to read and try it at /docs. */
export function serveDocument(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'MOSIP Token Seeder',
  });
}
