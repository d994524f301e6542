import { type Abstract, Inject, Res, type Type } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { OrderList } from '../../../shared/order-list.js';
import { MerchantId } from '../access/principal.js';
import { type ListRequest, RequestedList } from '../endpoints/request-params.js';
import { QueryOf } from '../requests/added-parameters.js';
import type { CsvColumns } from './csv.js';
import { type ExportDocument, type ExportedList, Exports, GetExport, PostExport } from './exports.js';
import { exportQuery } from './order-queries.js';

/** A list of orders that can also be downloaded as a file, which shows what merchants see. */
interface OrderExport<Reader, Query extends object, Filter, State, View extends { readonly id: string }> {
  /** "payouts" */
  readonly name: string;
  /** Of the endpoint that offers the file, and of the one that sends it. */
  readonly operationIds: readonly [offer: string, send: string];
  readonly listOf: (reader: Reader) => OrderList<Filter, State>;
  /** The filters of the list, as requests give them and as the reader takes them. */
  readonly query: Type<Query>;
  readonly filterOf: (merchantId: string | null, query: Query) => Filter;
  readonly viewOf: (state: State) => View;
  readonly columns: CsvColumns<View>;
}

/**
 * The two endpoints for downloading a list of orders as a file. A controller extends this class and sets its path.
 * @param reader the port that reads the list
 */
export function exportController<Reader, Query extends object, Filter, State, View extends { readonly id: string }>(
  reader: Abstract<Reader>,
  list: OrderExport<Reader, Query, Filter, State, View>,
): Type<object> {
  const { name, columns, listOf, filterOf, viewOf } = list;
  const [offerId, sendId] = list.operationIds;

  class ExportController {
    constructor(
      @Inject(reader) private readonly reader: Reader,
      @Inject(Exports) private readonly exports: Exports,
    ) {}

    @PostExport({ operationId: offerId, of: name })
    offer(@RequestedList() asked: ListRequest, @QueryOf(list.query) query: Query): Promise<ExportDocument> {
      return this.exports.offer(asked.reply, asked.merchantId, this.listed(asked, query));
    }

    @GetExport({ operationId: sendId, of: name })
    send(@RequestedList() asked: ListRequest, @QueryOf(exportQuery(list.query)) query: Query): Promise<void> {
      return this.exports.send(asked.reply, this.listed(asked, query));
    }

    private listed({ merchantId }: ListRequest, query: Query): ExportedList<View> {
      const orders = listOf(this.reader);
      const filter = filterOf(merchantId, query);
      return {
        name,
        columns,
        count: (upTo, askedBy) => orders.count(filter, upTo, askedBy),
        read: async (slice) => (await orders.page(filter, slice)).map(viewOf),
        keyOf: ({ id }) => id,
      };
    }
  }
  return ExportController;
}

/** A part of one merchant's book that can be downloaded as a file. */
interface BookExport<Query extends object> {
  /** "ledger entries, oldest first" */
  readonly of: string;
  /** Of the endpoint that offers the file, and of the one that sends it. */
  readonly operationIds: readonly [offer: string, send: string];
  readonly query: Type<Query>;
}

/**
 * The two endpoints for downloading a part of one merchant's book as a file. A controller extends this class, sets its
 * path, and says what is in the file.
 */
export function bookExportController<Row, Query extends object>({ of, operationIds, query: asked }: BookExport<Query>) {
  const [offerId, sendId] = operationIds;

  abstract class BookExportController {
    constructor(private readonly exports: Exports) {}

    /** @throws NotFound if there is no such merchant */
    protected abstract listOf(merchantId: string, query: Query): Promise<ExportedList<Row>>;

    @PostExport({ operationId: offerId, of })
    async offer(
      @MerchantId() merchantId: string,
      @QueryOf(asked) query: Query,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<ExportDocument> {
      return this.exports.offer(reply, merchantId, await this.listOf(merchantId, query));
    }

    @GetExport({ operationId: sendId, of })
    async send(
      @MerchantId() merchantId: string,
      @QueryOf(exportQuery(asked)) query: Query,
      @Res() reply: FastifyReply,
    ): Promise<void> {
      return this.exports.send(reply, await this.listOf(merchantId, query));
    }
  }
  return BookExportController;
}
