import { describe, expect, it } from '@jest/globals';
import { reachOf } from './reach.js';

describe('how far away a host is', () => {
  it.each([
    ['127.0.0.1', 'local'],
    ['127.8.9.1', 'local'],
    ['0x7f.1', 'local'],
    ['localhost', 'local'],
    ['LOCALHOST.', 'local'],
    ['bank.localhost', 'local'],
    ['[::1]', 'local'],
    ['[::ffff:127.0.0.1]', 'local'],
    ['10.1.2.3', 'private'],
    ['172.31.0.1', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.169.254', 'private'],
    ['2852039166', 'private'],
    ['100.64.0.1', 'private'],
    ['0.0.0.0', 'private'],
    ['[fd00::1]', 'private'],
    ['[fe80::1]', 'private'],
    ['[::ffff:10.0.0.1]', 'private'],
    ['postgres', 'private'],
    ['metadata.google.internal', 'private'],
    ['db.local', 'private'],
    ['172.32.0.1', 'public'],
    ['8.8.8.8', 'public'],
    ['[2001:4860:4860::8888]', 'public'],
    ['api.razorpay.com', 'public'],
    ['internal.example', 'public'],
  ])('%s is %s', (host, reach) => expect(reachOf(new URL(`http://${host}/`).hostname)).toBe(reach));
});
