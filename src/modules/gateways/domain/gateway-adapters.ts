import type { BankGateway } from './bank-gateway.js';
import type { PaymentGateway } from './payment-gateway.js';

/** The environment's variables by their names. */
export type GatewayVariables = Readonly<Record<string, string>>;

/** How a gateway of a name is opened. */
export interface Adapter<Gateway> {
  /** Moves no real money: useful everywhere, and in production only by mistake or for a rehearsal. */
  readonly simulated: boolean;
  /** The variables that it cannot do without; their names begin with the gateway's own. */
  readonly needs?: readonly string[];
  /** Asks nothing of anybody yet. @throws StartupError for a variable whose value cannot be right */
  readonly open: (variables: GatewayVariables) => Gateway;
}

/** Every gateway that `GATEWAYS` may name. The entry points put the table together. */
export abstract class GatewayAdapters {
  abstract readonly banks: ReadonlyMap<string, Adapter<BankGateway>>;
  abstract readonly providers: ReadonlyMap<string, Adapter<PaymentGateway>>;
}
