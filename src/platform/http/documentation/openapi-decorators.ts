import type * as Swagger from '@nestjs/swagger';

type Decorate = (...options: unknown[]) => (...target: unknown[]) => void;

/** The decorators used since the document was last asked for, in order, as some add to what others have written. */
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
 * Loads @nestjs/swagger, and describes every class and endpoint to it. It has five hundred modules, more than the
 * service itself, so nothing else loads it: a worker and the command line never do, and an API does when it is asked
 * for the document.
 */
export async function loadSwagger(): Promise<typeof Swagger> {
  const swagger = await import('@nestjs/swagger');
  for (const decorate of deferred.splice(0)) decorate(swagger);
  return swagger;
}
