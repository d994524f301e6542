import { describe, expect, it } from '@jest/globals';
import { asCluster, normalised, redisAddress } from './redis-address.js';

class Refused extends Error {}

const refuse = (expected: string): never => {
  throw new Refused(expected);
};

const read = (text: string) => redisAddress(text, refuse);

const NOBODY = { username: '', password: '', database: 0, master: null };

describe('an address of Redis', () => {
  it('is one server, with its user, password and database', () => {
    expect(read('rediss://me:p%40ss@cache.example/3')).toEqual({
      kind: 'server',
      nodes: [{ host: 'cache.example', port: 6379 }],
      tls: true,
      username: 'me',
      password: 'p@ss',
      database: 3,
      master: null,
    });
    expect(read('redis://[::1]:7000')).toMatchObject({ nodes: [{ host: '::1', port: 7000 }], tls: false });
  });

  it('is a cluster where there are several, or where it says so', () => {
    const nodes = [
      { host: 'a', port: 1 },
      { host: 'b', port: 6379 },
    ];
    expect(read('redis://a:1, b')).toEqual({ kind: 'cluster', tls: false, nodes, ...NOBODY });
    expect(read('redis://:pw@a:1,redis://:pw@b')).toMatchObject({ kind: 'cluster', password: 'pw' });
    expect(read('rediss+cluster://:pw@cfg.example')).toMatchObject({ kind: 'cluster', tls: true, password: 'pw' });
    expect(normalised('rediss://u:p@a:1, b', refuse)).toBe('rediss://u:p@a:1,rediss://b');
    expect(read(asCluster('rediss://u:p@a:1'))).toEqual({ ...read('rediss://u:p@a:1'), kind: 'cluster' });
  });

  it('is a master that sentinels know by its name', () => {
    const nodes = [
      { host: 's1', port: 26379 },
      { host: 's2', port: 5000 },
    ];
    expect(
      read('rediss+sentinel://me:p%2Css@s1,s2:5000/the-master/2?sentinel_username=w&sentinel_password=x%26y'),
    ).toEqual({
      kind: 'sentinel',
      nodes,
      tls: true,
      username: 'me',
      password: 'p,ss',
      database: 2,
      master: { name: 'the-master', username: 'w', password: 'x&y' },
    });
    expect(read('redis+sentinel://s1/m')).toMatchObject({ tls: false, database: 0, master: { name: 'm' } });
  });

  it.each([
    ['redis://a,rediss://b', /same scheme/],
    ['redis://:one@a,redis://:other@b', /one user and password/],
    ['redis://a/1,b', /no database but 0/],
    ['redis://a,b/1', /no database but 0/],
    ['redis+cluster://a/1', /no database but 0/],
    ['redis://a/name', /number of a database/],
    ['redis://a?ssl=true', /nothing behind a \?/],
    ['redis://:50%@a', /percent-encoded/],
    ['redis+sentinel://s1,s2', /master-name/],
    ['redis+sentinel://s1,/m', /master-name/],
    ['redis+sentinel://u@p@s1/m', /master-name/],
    ['redis+sentinel://s1/m/x', /master-name/],
    ['redis+sentinel://s1/m?password=x', /no password behind the \?/],
    ['redis+unknown://a', /starts with redis:\/\//],
  ])('%s is refused', (text, why) => {
    expect(() => read(text)).toThrow(Refused);
    expect(() => read(text)).toThrow(why);
  });
});
