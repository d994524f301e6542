/** Where a server may be. A host that begins with a slash is the folder of a socket. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

const POSTGRES_PORT = 5432;

/** Matches the hosts between the user and the path: only there do commas separate. */
const AUTHORITY = /^([a-z]+:\/\/(?:[^@/?#]*@)?)([^/?#]*,[^/?#]*)(.*)$/;

/**
 * The address with its hosts as parameters (`?host=a,b&port=5432,5433`). For libpq this is the same as
 * `//a:5432,b:5433/`; for other programs it is still an address, because the first host also stands before the path.
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
 * @throws RangeError if it names neither one port nor as many as hosts
 */
export function hostsOf(address: string): readonly Host[] {
  const { hostname, port, searchParams } = new URL(address);
  const hosts = (searchParams.get('host') ?? decodeURIComponent(hostname).replace(/^\[|\]$/g, '')).split(',');
  const ports = (searchParams.get('port') ?? port).split(',');
  if (ports.length !== 1 && ports.length !== hosts.length) throw new RangeError('as many ports as hosts, or one');
  return hosts.map((host, i) => ({ host, port: Number((ports.length === 1 ? ports[0] : ports[i]) || POSTGRES_PORT) }));
}

/** `connect_timeout` is in seconds and applies to each host by itself, as in libpq. */
export function connectTimeoutMsOf(address: string): number {
  return Number(new URL(address).searchParams.get('connect_timeout') ?? CONNECT_TIMEOUT_SECONDS) * 1_000;
}

/** A server that does not answer within this time is skipped. */
const CONNECT_TIMEOUT_SECONDS = 2;

/** Whether only a server that takes writes will do: always, if there are several hosts. */
export function wantsWritable(address: string): boolean {
  return hostsOf(address).length > 1 || WRITABLE.includes(new URL(address).searchParams.get('target_session_attrs')!);
}

export const WRITABLE: readonly string[] = ['read-write', 'primary'];

/** The parameters of an address that the driver or Bahi uses. Any other would be ignored. */
export const PARAMETERS: readonly string[] = [
  'host',
  'port',
  'user',
  'password',
  'target_session_attrs',
  'connect_timeout',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslnegotiation',
  'ssl',
  'uselibpqcompat',
  'application_name',
  'fallback_application_name',
  'client_encoding',
  'options',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
];
