import { SentinelConnector } from 'ioredis';

interface Listening {
  failoverDetector: { cleanup(): void } | null;
}

/**
 * Connects to the master that sentinels name. ioredis listens at the sentinels for a failover, and then ends the
 * connection to the old master. When that connection is lost it keeps listening, and may end the next one while that is
 * asking a sentinel for the master; ioredis takes this for the end of the client and would never connect again. So the
 * previous connection's detector is removed before a new connection begins.
 */
export class SentinelConnections extends SentinelConnector {
  override connect(...args: Parameters<SentinelConnector['connect']>): ReturnType<SentinelConnector['connect']> {
    const before = this as unknown as Listening;
    before.failoverDetector?.cleanup();
    before.failoverDetector = null;
    return super.connect(...args);
  }
}
