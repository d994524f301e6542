import { Query, Res, type Type } from '@nestjs/common';
import { Uuid } from './fields.js';

/** The query of a single thing: an operator may name its merchant, but need not. @param thing "payout" */
export function ownerQuery(thing: string): Type<{ merchant_id?: string }> {
  class OwnerQuery {
    @Uuid({ optional: true, description: `For operators: the merchant that the ${thing} belongs to.` })
    merchant_id?: string;
  }
  return OwnerQuery;
}

/** Adds this query to an endpoint whose method does not read it. */
export function takeOwnerQuery(target: object, method: string | symbol, thing: string): void {
  addParameter(target, method, Query(), ownerQuery(thing));
}

/** `@Query()` of a class that is only known when the method is decorated. */
export const QueryOf =
  (type: Type): ParameterDecorator =>
  (target, method, index) => {
    Query()(target, method, index);
    const types = Reflect.getMetadata('design:paramtypes', target, method!) as readonly Type[];
    Reflect.defineMetadata('design:paramtypes', types.with(index, type), target, method!);
  };

/** The method sends its reply itself: Nest answers for it unless one of its parameters is the reply. */
export const sendsItsReply: MethodDecorator = (target, method) => addParameter(target, method, Res());

/** Adds a parameter after those that the method declares. Only Nest uses it. */
function addParameter(
  target: object,
  method: string | symbol,
  decorate: ParameterDecorator,
  type: Type = Object,
): void {
  const types = Reflect.getMetadata('design:paramtypes', target, method) as readonly Type[];
  decorate(target, method, types.length);
  Reflect.defineMetadata('design:paramtypes', [...types, type], target, method);
}
