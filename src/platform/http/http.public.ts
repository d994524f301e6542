/** The API’s frame: access, requests, replies, problem documents, pages, health. */
export { MerchantOnly, OperatorOnly, Public } from './access.js';
export { API_PREFIX } from './api-prefix.js';
export { AmountPaise, Flag, Integer, Nested, OneOf, QueryFlag, QueryTime, Text, Uuid } from './fields.js';
export { HealthController } from './health.controller.js';
export { Health } from './health.js';
export { type Address, assertPortFree, createHttpApp, listen } from './http-app.js';
export { HttpModule } from './http.module.js';
export { jsonOf } from './json.js';
export { ApiPage, openApiDocument, ProblemResponses } from './openapi.js';
export { type Page, PageQuery, PageRequest } from './pages.js';
export { actorOf, Authenticator, Caller, MerchantId, OptionalMerchantId, type Principal } from './principal.js';
export { rawBodyOf, TakesRawBody } from './raw-body.js';
export { Problems } from './problems.js';
export { NotFound, ProtocolError, Unauthenticated, ValidationFailed } from './refusals.js';
export { IdempotencyKey, IdParam } from './request-params.js';
export { originOf } from './request-watch.js';
export { createdReply, keyedRequest, sendStoredReply } from './stored-reply.js';
export { HttpSettings } from './http.settings.js';
