/** How many requests a caller may send in a second, across all processes. */
export { RateLimitsModule } from './rate-limits.module.js';
export { RateLimitSettings } from './rate-limits.settings.js';
export { RateLimits } from './rate-limits.js';
