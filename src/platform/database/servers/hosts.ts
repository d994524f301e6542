/** Where a server may be; a socket's folder begins with a slash. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

const POSTGRES_PORT = 5432;

/** Between the user and the path: the only place where commas separate. */
const AUTHORITY = /^([a-z]+:\/\/(?:[^@/?#]*@)?)([^/?#]*,[^/?#]*)(.*)$/;

/**
 * The address with its hosts as parameters (`?host=a,b&port=5432,5433`), which libpq takes for the same as
 * `//a:5432,b:5433/`, and which remains an address to everybody else: the first host stands before the path too.
 */
export function withHostsAsParameters(address: string): string {
  const [, start, list, rest] = AUTHORITY.exec(address) ?? [];
  if (start === undefined || !URL.canParse(`${start}${list!.split(',')[0]}${rest}`)) return address;
  const members = list!.split(',').map((member) => /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(member));
  if (members.some((member) => member === null || member[1] === '')) return address;
  const hosts = members.map((member) => member![1]!.replace(/^\[|\]$/g, ''));
  const ports = members.map((member) => member![2] ?? `${POSTGRES_PORT}`);
  const query = `host=${hosts.map(encodeURIComponent).join(',')}&port=${ports.join(',')}`;
  return `${start}${list!.split(',')[0]}${rest}${rest!.includes('?') ? '&' : '?'}${query}`;
}

/**
 * The hosts of an address, in its order.
 * @throws RangeError where it names more ports than hosts, or fewer but one
 */
export function hostsOf(address: string): readonly Host[] {
  const { hostname, port, searchParams } = new URL(address);
  const hosts = (searchParams.get('host') ?? decodeURIComponent(hostname).replace(/^\[|\]$/g, '')).split(',');
  const ports = (searchParams.get('port') ?? port).split(',');
  if (ports.length !== 1 && ports.length !== hosts.length) throw new RangeError('as many ports as hosts, or one');
  return hosts.map((host, i) => ({ host, port: Number((ports.length === 1 ? ports[0] : ports[i]) || POSTGRES_PORT) }));
}

/** Seconds, as libpq has it: for each host by itself. */
export function connectTimeoutMsOf(address: string): number {
  return Number(new URL(address).searchParams.get('connect_timeout') ?? CONNECT_TIMEOUT_SECONDS) * 1_000;
}

/** A server of which nothing is heard within it is passed over. */
const CONNECT_TIMEOUT_SECONDS = 2;

/** Whether only a server that takes writes is wanted: of several hosts always. */
export function wantsWritable(address: string): boolean {
  return hostsOf(address).length > 1 || WRITABLE.includes(new URL(address).searchParams.get('target_session_attrs')!);
}

export const WRITABLE: readonly string[] = ['read-write', 'primary'];

/** What of an address the driver, or we, go by. Everything else would be ignored. */
export const PARAMETERS: readonly string[] = [
  ...['host', 'port', 'user', 'password', 'target_session_attrs', 'connect_timeout'],
  ...['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation', 'ssl', 'uselibpqcompat'],
  ...['application_name', 'fallback_application_name', 'client_encoding', 'options'],
  ...['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'],
];
