/**
 * Every route of the service, to distinguish a wrong method (405) from an unknown path (404). Used only if no route
 * matches.
 */
export class KnownRoutes {
  private readonly routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  /** `url` as the router knows it: `/api/v1/payouts/:id`, `/docs/*`. */
  add(url: string, method: string | readonly string[]): void {
    const source = url
      .replace(/\/$/, '')
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:[A-Za-z_]\w*/g, '[^/]+')
      .replace(/\*/g, '.*');
    this.routes.push({ pattern: new RegExp(`^${source}$`), methods: typeof method === 'string' ? [method] : method });
  }

  /** The methods that the path takes, sorted; empty when there is no such path. */
  methodsOf(path: string): readonly string[] {
    const plain = path.replace(/\/$/, '');
    const methods = this.routes.filter(({ pattern }) => pattern.test(plain)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}

/** The decoded path of a request target, without query, scheme and authority; null when it cannot be decoded. */
export function pathOf(target: string): string | null {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  try {
    return decodeURIComponent(path === '' ? '/' : path);
  } catch {
    // A stray percent sign: the router has refused it already, or it is in a target that matches nothing.
    return null;
  }
}
