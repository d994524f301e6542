import {
  type ColumnDef,
  columnVisibilityFeature,
  createColumnHelper,
  type ReactTable,
  type RowData,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type ReactNode, useMemo } from 'react';
import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import { ExportButton, type PrepareFile } from './export-button.tsx';
import { useHiddenColumns } from './hidden-columns.ts';
import { ColumnsIcon } from './icons.tsx';
import { Menu, MenuLabel, MenuToggle } from './menu.tsx';
import { Skeleton } from './skeleton.tsx';

/** The first column names the row and links to it; it cannot be hidden. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Right-aligned, so that digits line up. */
  readonly isNumber?: boolean;
  /** Hidden by default. */
  readonly isExtra?: boolean;
  /**
   * On a phone a row is a block of two lines with four places, and a line for its owner. A column without a place is
   * left out there.
   */
  readonly phone?: 'title' | 'amount' | 'detail' | 'status' | 'owner';
}

interface TableProps<Row> {
  /** The name under which the choice of columns is kept. */
  readonly name: string;
  /** What the table lists. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined while the rows are being loaded. */
  readonly rows: readonly Row[] | undefined;
  readonly keyOf: (row: Row) => string;
  /** Shown instead of rows: why there are none, and what to do. */
  readonly empty: ReactNode;
  /** At the very top: the first filter, such as the status. */
  readonly tabs?: ReactNode;
  /** Above the rows: filters, export, and next to them the choice of columns. Only a short table has none. */
  readonly toolbar?: ReactNode;
  /** The whole list as a file, not only this page. */
  readonly csv?: PrepareFile;
  /** Below the rows: the buttons to other pages. */
  readonly footer?: ReactNode;
}

const features = tableFeatures({ columnVisibilityFeature });
type Shown<Row extends RowData> = ReactTable<typeof features, Row>;

const SKELETON_ROWS = 8;

/**
 * The header stays below the page's bar. If the columns may not fit, the table scrolls inside its own container,
 * vertically too: a sticky header stays visible only within the element that scrolls.
 */
const PLACE = '[--header-top:3.5rem] print:[--header-top:0px]';
const SCROLLED_TO_LG =
  'sm:max-lg:max-h-[80dvh] sm:max-lg:overflow-auto sm:max-lg:[--header-top:0px] print:max-h-none print:overflow-visible';
const SCROLLED_TO_XL =
  'sm:max-xl:max-h-[80dvh] sm:max-xl:overflow-auto sm:max-xl:[--header-top:0px] print:max-h-none print:overflow-visible';

/** One page of a list. The header stays visible, and columns can be hidden. */
export function Table<Row extends RowData>(props: TableProps<Row>) {
  const { name, label, columns, rows, keyOf, empty, tabs, toolbar, csv, footer } = props;
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const definitions = useMemo(() => definitionsOf(columns), [columns]);
  const hidden = Object.fromEntries(columns.map(({ id, isExtra }) => [id, isExtra !== true]));
  const [columnVisibility, keep] = useHiddenColumns(name, hidden);
  const data = useMemo(() => [...(rows ?? [])], [rows]);
  const table = useTable({ features, columns: definitions, data, getRowId: keyOf, state: { columnVisibility } });
  const showsExtra = columns.some(({ id, isExtra }) => isExtra === true && columnVisibility[id] === true);
  const lookOf = (id: string): Column<Row> => byId.get(id)!;
  return (
    <div>
      {tabs}
      {toolbar !== undefined && (
        <div className="flex items-start justify-between gap-2 border-b border-line px-4 py-3 print:hidden">
          {toolbar}
          <div className="ml-auto flex shrink-0 gap-2">
            {csv !== undefined && <ExportButton prepare={csv} />}
            <ColumnMenu
              table={table}
              lookOf={lookOf}
              onToggle={(id, isShown) => keep({ ...columnVisibility, [id]: isShown })}
            />
          </div>
        </div>
      )}
      {rows?.length === 0 ? (
        empty
      ) : (
        <div className={classes(PLACE, showsExtra ? SCROLLED_TO_XL : SCROLLED_TO_LG)}>
          <table
            aria-label={label}
            aria-busy={rows === undefined}
            className="w-full border-collapse max-sm:block"
            role="table"
          >
            <Head table={table} lookOf={lookOf} />
            <tbody className="max-sm:block" role="rowgroup">
              {rows === undefined ? (
                <SkeletonRows table={table} lookOf={lookOf} />
              ) : (
                <Rows table={table} lookOf={lookOf} />
              )}
            </tbody>
          </table>
        </div>
      )}
      {footer}
    </div>
  );
}

function definitionsOf<Row extends RowData>(columns: readonly Column<Row>[]): ColumnDef<typeof features, Row>[] {
  const helper = createColumnHelper<typeof features, Row>();
  return columns.map(({ id, header, cell }, index) =>
    helper.display({ id, header, enableHiding: index > 0, cell: ({ row }) => cell(row.original) }),
  );
}

interface PartProps<Row extends RowData> {
  readonly table: Shown<Row>;
  readonly lookOf: (id: string) => Column<Row>;
}

function Head<Row extends RowData>({ table, lookOf }: PartProps<Row>) {
  return (
    <thead className="max-sm:sr-only" role="rowgroup">
      {table.getHeaderGroups().map((group) => (
        <tr key={group.id} role="row">
          {group.headers.map((header) => (
            <th
              key={header.id}
              scope="col"
              role="columnheader"
              className={classes(
                'border-b border-line bg-surface px-4 py-2 text-sm max-xl:px-3 max-xl:first:pl-4 max-xl:last:pr-4 font-medium whitespace-nowrap text-muted sm:sticky sm:top-(--header-top)',
                lookOf(header.id).isNumber === true ? 'text-right' : 'text-left',
              )}
            >
              <table.FlexRender header={header} />
            </th>
          ))}
        </tr>
      ))}
    </thead>
  );
}

const PLACES = {
  title: 'max-sm:col-start-1 max-sm:row-start-1',
  amount: 'max-sm:col-start-2 max-sm:row-start-1 max-sm:justify-self-end',
  detail: 'max-sm:col-start-1 max-sm:row-start-2 max-sm:text-muted',
  status: 'max-sm:col-start-2 max-sm:row-start-2 max-sm:justify-self-end',
  owner: 'max-sm:col-span-2 max-sm:row-start-3',
} as const;

const ROW =
  'border-b border-line last:border-b-0 hover:bg-sunken/50 max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-4 max-sm:py-3';

function cellLook({ isNumber = false, phone }: Column<never>): string {
  const place = phone === undefined ? 'max-sm:hidden' : PLACES[phone];
  return classes(
    'h-11 px-4 py-2 align-middle max-sm:h-auto max-sm:min-w-0 max-sm:p-0 max-sm:wrap-anywhere sm:max-xl:px-3 sm:max-xl:first:pl-4 sm:max-xl:last:pr-4',
    isNumber && 'text-right whitespace-nowrap tabular-nums',
    place,
  );
}

function Rows<Row extends RowData>({ table, lookOf }: PartProps<Row>) {
  return table.getRowModel().rows.map((row) => (
    <tr key={row.id} role="row" className={ROW}>
      {row.getVisibleCells().map((cell) => (
        <td key={cell.id} role="cell" className={cellLook(lookOf(cell.column.id))}>
          <table.FlexRender cell={cell} />
        </td>
      ))}
    </tr>
  ));
}

function SkeletonRows<Row extends RowData>({ table, lookOf }: PartProps<Row>) {
  const columns = table.getVisibleLeafColumns();
  return Array.from({ length: SKELETON_ROWS }, (_, index) => (
    <tr key={index} role="row" className={ROW}>
      {columns.map(({ id }) => (
        <td key={id} role="cell" className={cellLook(lookOf(id))}>
          <Skeleton />
        </td>
      ))}
    </tr>
  ));
}

interface ColumnMenuProps<Row extends RowData> extends PartProps<Row> {
  readonly onToggle: (id: string, isShown: boolean) => void;
}

function ColumnMenu<Row extends RowData>({ table, lookOf, onToggle }: ColumnMenuProps<Row>) {
  const t = useText();
  const trigger = (
    <Button size="small" className="max-sm:hidden">
      <ColumnsIcon />
      {t.shell.table.columns}
    </Button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuLabel>{t.shell.table.columns}</MenuLabel>
      {table
        .getAllLeafColumns()
        .filter((column) => column.getCanHide())
        .map((column) => (
          <MenuToggle
            key={column.id}
            isOn={column.getIsVisible()}
            onToggle={() => onToggle(column.id, !column.getIsVisible())}
          >
            {lookOf(column.id).header}
          </MenuToggle>
        ))}
    </Menu>
  );
}
