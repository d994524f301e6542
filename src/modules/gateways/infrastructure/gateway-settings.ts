import { StartupError } from '../../../platform/config/config.public.js';
import type { GatewayVariables } from '../domain/gateway-adapters.js';

/** @throws StartupError when it is no address of HTTP */
export function addressIn(variables: GatewayVariables, name: string, otherwise?: string): string {
  const text = variables[name] ?? otherwise!;
  if (!/^https?:\/\/[^/?#@]+(\/[^?#]*)?$/.test(text) || !URL.canParse(text))
    throw new StartupError(`${name} is not valid: expected an address such as https://bank.example.`);
  return text.replace(/\/+$/, '');
}
