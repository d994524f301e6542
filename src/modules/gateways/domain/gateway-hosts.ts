/** The hosts of the gateways that are enabled. They trust this service's address: nothing else is to be sent there. */
export class GatewayHosts {
  constructor(readonly hosts: readonly string[]) {}
}
