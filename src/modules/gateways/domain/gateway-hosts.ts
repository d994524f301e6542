/** The hosts of the enabled gateways. They trust this service's address, so nothing else may be sent to them. */
export class GatewayHosts {
  constructor(readonly hosts: readonly string[]) {}
}
