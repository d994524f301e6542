import { describe, expect, it } from '@jest/globals';
import { connectTimeoutMsOf, hostsOf, wantsWritable, withHostsAsParameters } from './hosts.js';

const at = (address: string) => hostsOf(withHostsAsParameters(address)).map(({ host, port }) => `${host} ${port}`);

describe('an address of PostgreSQL', () => {
  it.each([
    ['postgres://app:x@db/bahi', ['db 5432']],
    ['postgres://app:x@db:5433/bahi?sslmode=require', ['db 5433']],
    ['postgres://app:x@a:5432,b:5433/bahi', ['a 5432', 'b 5433']],
    ['postgres://app:x@a,b,c/bahi?target_session_attrs=read-write', ['a 5432', 'b 5432', 'c 5432']],
    ['postgres://app:p%2Cq,r@[::1]:5440,db/bahi', ['::1 5440', 'db 5432']],
    ['postgres://app@localhost/bahi?host=/run/postgresql', ['/run/postgresql 5432']],
    ['postgres://app@x/bahi?host=a,b&port=5440', ['a 5440', 'b 5440']],
    ['postgres://app@x/bahi?host=a,b&port=5440,5441', ['a 5440', 'b 5441']],
  ])('%s has the hosts %j', (address, hosts) => expect(at(address)).toEqual(hosts));

  it('stays as it is with one host, and an address to everybody with several', () => {
    expect(withHostsAsParameters('postgres://app:x@db:5433/bahi')).toBe('postgres://app:x@db:5433/bahi');
    const several = new URL(withHostsAsParameters('postgres://app:x@a:1,b:2/bahi?sslmode=require'));
    expect([several.username, several.password, several.pathname]).toEqual(['app', 'x', '/bahi']);
    expect(several.searchParams.get('sslmode')).toBe('require');
  });

  it('has a port for each host, or one for all', () => {
    expect(() => hostsOf('postgres://x/bahi?host=a,b&port=1,2,3')).toThrow('as many ports as hosts');
  });

  it('wants a server that takes writes where it says so, and of several in any case', () => {
    expect(wantsWritable('postgres://db/bahi')).toBe(false);
    expect(wantsWritable('postgres://db/bahi?target_session_attrs=any')).toBe(false);
    expect(wantsWritable('postgres://db/bahi?target_session_attrs=read-write')).toBe(true);
    expect(wantsWritable('postgres://db/bahi?host=a,b')).toBe(true);
  });

  it('gives each host two seconds, or as long as it says', () => {
    expect(connectTimeoutMsOf('postgres://db/bahi')).toBe(2_000);
    expect(connectTimeoutMsOf('postgres://db/bahi?connect_timeout=7')).toBe(7_000);
  });
});
