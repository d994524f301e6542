/** The API’s frame: access, requests, replies, problem documents, pages, health. */
export { MerchantOnly, OperatorOnly, Public, TakesTicket } from './access.js';
export { API_PREFIX } from './api-prefix.js';
export { sendCachedList, sendKeyedList } from './cached-list.js';
export { serveDashboard } from './dashboard.js';
export type { ConnectionLimits } from './connections.js';
export { CountsDocument, GetCounts, sendCounts } from './counts.js';
export { type CsvColumns, Rupees } from './csv.js';
export type { DocumentTag } from './document-tags.js';
export {
  GetAttempts,
  GetCachedList,
  GetOne,
  GetPage,
  GetTimeline,
  LIST_REFUSALS,
  PatchByHand,
  PostInquiry,
  PostOnce,
} from './endpoints.js';
export { ExportDocument, type ExportedList, Exports, GetExport, PostExport, TicketOfExport } from './exports.js';
export { EarlierReplies } from './earlier-replies.js';
export {
  AmountPaise,
  Flag,
  Integer,
  ListOf,
  MAX_AMOUNT_PAISE,
  MIN_AMOUNT_PAISE,
  Nested,
  OneOf,
  QueryFlag,
  QueryInteger,
  SomeOf,
  Text,
  Uuid,
} from './fields.js';
export { HealthController } from './health.controller.js';
export { Health } from './health.js';
export { createHttpApp } from './http-app.js';
export { HttpModule } from './http.module.js';
export { KeyedPost } from './keyed-post.js';
export {
  type AmountQuery,
  amountRangeOf,
  commonFilter,
  CreatedFrom,
  CreatedTo,
  HasReference,
  MadeUnderKey,
  MaxAmount,
  MinAmount,
  NeedsAttention,
  ownerQuery,
  ReferenceId,
  WaitsFor,
} from './list-filters.js';
export { type Address, assertPortFree, listen } from './listen.js';
export { openFilesLimit, withinOpenFiles } from './open-files.js';
export { ApiPage, openApiDocument } from './openapi.js';
export {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
} from './openapi-decorators.js';
export { ProblemResponses } from './openapi-problems.js';
export {
  MerchantPageQuery,
  onePage,
  OwnedQuery,
  type Page,
  PageCursor,
  PageLimit,
  PageOffset,
  PageQuery,
  PageRequest,
} from './pages.js';
export {
  actorOf,
  askerOf,
  Authenticator,
  Caller,
  MerchantId,
  OptionalMerchantId,
  type Principal,
  type Ticket,
  Tickets,
} from './principal.js';
export { rawBodyOf, TakesRawBody } from './raw-body.js';
export { type FieldError, Forbidden, NotFound, Unauthenticated, ValidationFailed } from './refusals.js';
export { IdParam, Keyed, ownerOf, RequestedBy, Resource, type ResourceRequest } from './request-params.js';
export { RequestLimits } from './request-limits.js';
export { Shedding } from './shedding.js';
export type { Requester } from './requester.js';
export { Moment, QueryDate, QueryTime } from './time-fields.js';
export { HttpSettings } from './http.settings.js';
export { WrongKeys } from './wrong-keys.js';
