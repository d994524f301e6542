import type * as Swagger from '@nestjs/swagger';

type Decorate = (...options: unknown[]) => (...target: unknown[]) => void;

/** What was decorated since the document was last asked for, in this order: some decorators add to what others wrote. */
const deferred: ((swagger: typeof Swagger) => void)[] = [];

/** A decorator of @nestjs/swagger that takes effect when the document is asked for. */
function later<Name extends keyof typeof Swagger>(name: Name): (typeof Swagger)[Name] {
  const decorate: Decorate =
    (...options) =>
    (...target) =>
      void deferred.push((swagger) => (swagger[name] as Decorate)(...options)(...target));
  return decorate as (typeof Swagger)[Name];
}

export const ApiBody = later('ApiBody');
export const ApiCreatedResponse = later('ApiCreatedResponse');
export const ApiExcludeController = later('ApiExcludeController');
export const ApiExtension = later('ApiExtension');
export const ApiExtraModels = later('ApiExtraModels');
export const ApiHeader = later('ApiHeader');
export const ApiNoContentResponse = later('ApiNoContentResponse');
export const ApiOkResponse = later('ApiOkResponse');
export const ApiOperation = later('ApiOperation');
export const ApiParam = later('ApiParam');
export const ApiProduces = later('ApiProduces');
export const ApiProperty = later('ApiProperty');
export const ApiServiceUnavailableResponse = later('ApiServiceUnavailableResponse');
export const ApiTags = later('ApiTags');

/** Marks an endpoint that takes no key, for the OpenAPI document; the mark itself is not part of it. */
export const PUBLIC_MARK = 'x-public';

/**
 * @nestjs/swagger, with every class and endpoint described to it. It brings five hundred modules along, more than the
 * service has itself, so nothing else loads it: a worker and the command line never do, and an API when asked.
 */
export async function loadSwagger(): Promise<typeof Swagger> {
  const swagger = await import('@nestjs/swagger');
  for (const decorate of deferred.splice(0)) decorate(swagger);
  return swagger;
}
