/** The API’s frame: access, requests, replies, problem documents, pages, health. */
export { MerchantOnly, OperatorOnly, Public, TakesTicket } from './access/access.js';
export { API_PREFIX } from './documentation/api-prefix.js';
export { sendCachedList, sendKeyedList } from './lists/cached-list.js';
export { serveDashboard } from './server/dashboard.js';
export type { ConnectionLimits } from './overload/connections.js';
export { CountsDocument, GetCounts, sendCounts } from './lists/counts.js';
export { type CsvColumns, Rupees } from './lists/csv.js';
export type { DocumentTag } from './documentation/document-tags.js';
export {
  GetAttempts,
  GetCachedList,
  GetOne,
  GetPage,
  GetTimeline,
  LIST_REFUSALS,
  PatchByHand,
  PostCancellation,
  PostInquiry,
  PostOnce,
} from './endpoints/endpoints.js';
export { type ExportedList, Exports } from './lists/exports.js';
export { EarlierReplies } from './endpoints/earlier-replies.js';
export {
  AmountPaise,
  Flag,
  Integer,
  ListOf,
  MAX_AMOUNT_PAISE,
  MIN_AMOUNT_PAISE,
  Nested,
  NotBeyond,
  OneOf,
  QueryFlag,
  QueryInteger,
  SomeOf,
  Text,
  Uuid,
} from './requests/fields.js';
export { HealthController } from './server/health.controller.js';
export { Health } from './server/health.js';
export { createHttpApp } from './server/http-app.js';
export { HttpModule } from './http.module.js';
export { KeyedPost } from './endpoints/keyed-post.js';
export {
  type AmountQuery,
  amountRangeOf,
  commonFilter,
  CreatedFrom,
  CreatedTo,
  HasReference,
  MaxAmount,
  MinAmount,
  ReferenceId,
} from './lists/list-filters.js';
export { bookExportController, exportController } from './lists/export-controller.js';
export { listQuery, orderQuery } from './lists/order-queries.js';
export { type Address, assertPortFree, listen } from './server/listen.js';
export { openFilesLimit, withinOpenFiles } from './overload/open-files.js';
export { ApiPage, openApiDocument } from './documentation/openapi.js';
export {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
} from './documentation/openapi-decorators.js';
export { ProblemResponses } from './documentation/openapi-problems.js';
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
} from './lists/pages.js';
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
} from './access/principal.js';
export { ownerQuery } from './requests/added-parameters.js';
export { rawBodyOf, TakesRawBody } from './requests/raw-body.js';
export { type FieldError, Forbidden, NotFound, Unauthenticated, ValidationFailed } from './problems/refusals.js';
export {
  IdParam,
  Keyed,
  type ListRequest,
  ownerOf,
  RequestedBy,
  RequestedList,
  Resource,
  type ResourceRequest,
} from './endpoints/request-params.js';
export { RequestLimits } from './access/request-limits.js';
export { Shedding } from './overload/shedding.js';
export type { Requester } from './endpoints/requester.js';
export { Moment, QueryDate, QueryTime } from './requests/time-fields.js';
export { HttpSettings } from './http.settings.js';
export { WrongKeys } from './access/wrong-keys.js';
